"""`make load`: 50, 100, 150 people walk through the dashboard over the published snapshot; how long pages take, errors, CPU, memory."""

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks import samples
from benchmarks.samples import Samples
from benchmarks.visitor import Opened, Visitor
from dashboards import screenshots
from dashboards.access import accounts, demo, exports, sessions
from dashboards.access.roles import Role, Scope, ScopeKind, User
from dashboards.registry import pages_of
from dashboards.repositories import findings, names, snapshot

# Labels of the forms that are filled; a label that a page no longer has is an error of the walk.
_LOOK, _REVEAL, _EXPORT = "查询", "查看", "生成下载链接"
_NUMBER, _REASON, _PURPOSE = "证件号码或人员编号", "查看明文的事由", "用途"
FETCH = "file fetched"
USERS = (50, 100, 150)
# Of so many people: clerks of bureaus are the most, of each bureau about the same.
_SHARES = {Role.LEADER: 2, Role.SECTION: 4, Role.BUREAU: 12, Role.CADRE: 4, Role.OPERATOR: 1, Role.ANALYST: 1}
_LOGINS = {Role.LEADER: "leader", Role.SECTION: "section", Role.CADRE: "cadre", Role.OPERATOR: "operator", Role.ANALYST: "analyst"}  # fmt: skip


@dataclass(frozen=True)
class Act:
    """A form on a page: what is typed, which button is pressed; `fetched`: the file that the page then offers too."""

    name: str
    typed: Mapping[str, str] = field(repr=False)
    press: str = ""
    fetched: bool = False


@dataclass(frozen=True)
class Step:
    """A page that is opened, and what is done there."""

    page: str
    query: Mapping[str, str] = field(default_factory=dict)
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True)
class Level:
    """What one number of people measured."""

    users: int
    opened: tuple[Opened, ...]
    wall: float
    server_cpu: float
    client_cpu: float
    peak_memory: int

    @property
    def seconds(self) -> list[float]:
        """Page changes that worked, in seconds; a file that is fetched changes no page."""
        return [one.seconds for one in self.opened if not one.trouble and one.page != FETCH]

    @property
    def troubles(self) -> Counter[str]:
        """What went wrong, and how often."""
        return Counter(one.trouble for one in self.opened if one.trouble)

    def share(self, percent: int) -> float:
        """What so many of a hundred page changes stay below."""
        return percentile(self.seconds, percent)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many of a hundred stay below; of none: nan."""
    if not values:
        return float("nan")
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def steps_of(
    user: User, bureaus: Sequence[str], rules: Sequence[str], known: Samples, chance: random.Random
) -> list[Step]:
    """Where a person goes, page by page; what they work with they open more than once, narrowed, and look things up there.

    Of the samples each takes their own: people of one bureau do not all look at the same employer.
    """
    role = user.role
    known = known.of(bureaus)

    def some(kept: Mapping[str, Sequence[Any]], count: int) -> list[Any]:
        everything = [one for _, rows in sorted(kept.items()) for one in rows]
        return chance.sample(everything, min(count, len(everything)))

    narrowed: dict[str, list[Step]] = {
        "overview": [Step("overview", {"bureau": code}) for code in bureaus[:3]],
        "progress": [Step("progress", {"basis": "employer"}), Step("progress", {"by_cut": "department"})],
        "findings": [
            *(Step("findings", {"rule": rule}) for rule in rules),
            *(Step("findings", {"rule": rule, "page": "2"}) for rule in rules[:1]),
            *(Step("findings", {"rule": rule, "finding": finding}) for rule, finding in some(known.findings, 3)),
        ],
        "reconciliation": [
            Step("reconciliation", {"view": view}) for view in ("waterfall", "received", "persons", "movement")
        ],
        "deduction": [Step("deduction", {"verdict": "stop"})],
        "subject": [
            Step("subject", {"view": "unit"}),
            *(Step("subject", {"view": "unit", "unit": unit}) for unit in some(known.units, 2)),
            *(Step("subject", {}, (Act("person found", {_NUMBER: number}, _LOOK),)) for number in some(known.persons, 2)),
            *(
                Step("subject", {}, (
                    Act("person found", {_NUMBER: number}, _LOOK), Act("field revealed", {_REASON: "缴费人来电核实联系方式"}, _REVEAL),
                ))
                for number in some(known.persons, 1)
            ),
        ],
        "dictionary": [Step("dictionary", {"view": "tables"})],
    }  # fmt: skip
    # A leader has no lists to take away, and a clerk who has to wait for a leader gets no link.
    if known.lists and user.exports_lists and not user.needs_approval:
        bureau = chance.choice(sorted(known.lists))
        query = {"rule": known.lists[bureau], "bureau": bureau}
        narrowed["findings"].append(
            Step("findings", query, (Act("export asked for", {_PURPOSE: "逐户核实未结疑点"}, _EXPORT, fetched=True),))
        )
    if role is Role.CADRE:
        narrowed["overview"] = []
    made: list[Step] = []
    for page in pages_of(role):
        made.append(Step(page.page_id))
        made += narrowed.get(page.page_id, [])
    return made


@contextmanager
def _own_store() -> Iterator[None]:
    """The log of the people who really work here is not to hold these; the snapshot and the keys are the real ones."""
    kept = {name: os.environ.get(name) for name in ("SHEBAO_STATE_URL", "SHEBAO_AUDIT_ANCHORS", "SHEBAO_DEMO")}
    with tempfile.TemporaryDirectory(prefix="shebao-load-") as folder:
        os.environ["SHEBAO_STATE_URL"] = f"sqlite:///{Path(folder) / 'state.sqlite'}"
        os.environ["SHEBAO_AUDIT_ANCHORS"] = str(Path(folder) / "anchors")
        os.environ["SHEBAO_DEMO"] = "1"
        try:
            demo.init_demo()
            yield
        finally:
            for name, value in kept.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _people(bureaus: Mapping[str, str]) -> list[tuple[User, Role]]:
    """Who walks, in turn: each role by its share, each bureau once before any again."""
    clerks = [
        accounts.save(f"load-{code}", name, Role.BUREAU, Scope(ScopeKind.BUREAU, (code,), name), f"Load-{code}-{len(name)}")
        for code, name in sorted(bureaus.items())
    ]  # fmt: skip
    others = {role: accounts.find(login) for role, login in _LOGINS.items()}
    turns = [role for role, share in _SHARES.items() for _ in range(share)]
    # A fixed shuffle: a small number of people is a mixture too.
    random.Random(7).shuffle(turns)
    made: list[tuple[User, Role]] = []
    for place in range(len(turns) * max(len(clerks), 1)):
        role = turns[place % len(turns)]
        user = clerks[sum(one is Role.BUREAU for _, one in made) % len(clerks)] if role is Role.BUREAU else others[role]
        assert user is not None
        made.append((user, role))
    return made


def run(users: Sequence[int], *, pages: int, think: float, seed: int = 1) -> list[Level]:
    """Each number of people against a dashboard that is served fresh, on the snapshot under SHEBAO_VAR."""
    snapshot.current()
    levels = []
    with _own_store():
        city = accounts.find("section")
        assert city is not None
        bureaus = names.bureaus(city)
        longest = sorted(findings.rules(city), key=lambda row: (-(row["open_count"] or 0), str(row["rule_id"])))
        rules = [str(row["rule_id"]) for row in longest][:3]
        # A list that may be taken away whole: the longest are refused.
        taken = next((str(row["rule_id"]) for row in longest if (row["open_count"] or 0) <= exports.max_rows()), "")
        people = _people(bureaus)
        known = samples.read(rules, taken)
        for count in users:
            with screenshots.served() as address:
                levels.append(_level(address, people, count, sorted(bureaus), rules, known, pages, think, seed))
    return levels


def _level(
    address: str, people: Sequence[tuple[User, Role]], count: int, bureaus: Sequence[str], rules: Sequence[str], known: Samples,
    pages: int, think: float, seed: int,
) -> Level:  # fmt: skip
    server = next(one for one in psutil.Process().children() if "dashboards" in " ".join(one.cmdline()))
    walks = []
    for place in range(count):
        user, role = people[place % len(people)]
        cookie = f"{sessions.COOKIE}={sessions.sign(sessions.start(user)[0])}"
        # A clerk's own bureau is all that the address may name.
        own = list(user.scope.codes) if role is Role.BUREAU else list(bureaus)
        chance = random.Random(seed * 1000 + place)
        walks.append((cookie, pages_of(role)[0].page_id, steps_of(user, own, rules, known, chance), chance))
    own_process = psutil.Process()
    before, mine, begin = _cpu(server, *server.children()), _cpu(own_process), time.perf_counter()
    opened, peak = asyncio.run(_walk_all(address, walks, pages, think, server))
    wall = time.perf_counter() - begin
    return Level(count, tuple(opened), wall, _cpu(server, *server.children()) - before, _cpu(own_process) - mine, peak)


def _cpu(*processes: psutil.Process) -> float:
    """Seconds that these have used so far."""
    return sum(times.user + times.system for times in (process.cpu_times() for process in processes))


async def _walk_all(
    address: str,
    walks: Sequence[tuple[str, str, list[Step], random.Random]],
    pages: int,
    think: float,
    server: psutil.Process,
) -> tuple[list[Opened], int]:
    peak = 0

    async def watch() -> None:
        nonlocal peak
        while True:
            peak = max(peak, sum(process.memory_info().rss for process in (server, *server.children())))
            await asyncio.sleep(0.5)

    watcher = asyncio.create_task(watch())
    try:
        found = await asyncio.gather(*(_walk(address, *one, pages, think) for one in walks))
    finally:
        watcher.cancel()
    return [opened for mine in found for opened in mine], peak


async def _walk(
    address: str, cookie: str, home: str, steps: Sequence[Step], chance: random.Random, pages: int, think: float
) -> list[Opened]:
    """One person: arrives some time, opens a page, reads, opens the next."""
    await asyncio.sleep(chance.uniform(0, 2 * think))
    made = []
    try:
        async with Visitor(address, cookie, home) as visitor:
            place = chance.randrange(len(steps))
            for _ in range(pages):
                made += await _step(visitor, steps[place])
                if made[-1].trouble == "no answer":
                    # What still comes would be taken for the next page's.
                    break
                # Mostly on to the next thing, now and then somewhere else.
                place = (place + 1) % len(steps) if chance.random() < 0.8 else chance.randrange(len(steps))
                await asyncio.sleep(chance.expovariate(1 / think) if think else 0)
    except Exception as error:
        made.append(Opened("(connect)", 0.0, type(error).__name__))
    return made


async def _step(visitor: Visitor, step: Step) -> list[Opened]:
    """A page and its forms, one after the other, until something goes wrong."""
    made = [await visitor.open(step.page, **step.query)]
    for act in step.acts:
        if made[-1].trouble:
            break
        made.append(await visitor.act(act.name, act.typed, act.press))
        if act.fetched and not made[-1].trouble:
            made.append(await visitor.fetch(FETCH))
    return made


def show(levels: Sequence[Level]) -> None:
    """One line for each number of people, then the pages of the last."""
    print(
        f"{'users':>6} {'pages':>6} {'p50 s':>7} {'p95 s':>7} {'p99 s':>7} {'errors':>7} {'wall s':>7} {'server CPU s':>13}"
        f" {'cores':>6} {'memory MB':>10} {'client CPU s':>13}"
    )
    for level in levels:
        print(
            f"{level.users:>6} {len(level.opened):>6} {level.share(50):>7.3f} {level.share(95):>7.3f} {level.share(99):>7.3f}"
            f" {sum(level.troubles.values()):>7} {level.wall:>7.1f} {level.server_cpu:>13.1f} {level.server_cpu / level.wall:>6.2f}"
            f" {level.peak_memory / 2**20:>10.0f} {level.client_cpu:>13.1f}"
        )
    for level in levels:
        for trouble, count in level.troubles.most_common():
            where = sorted({one.page for one in level.opened if one.trouble == trouble})
            print(f"  {level.users} users: {count} × {trouble} ({', '.join(where)})")
    if not levels:
        return
    print(f"\n{'page':<18} {'opened':>6} {'p50 s':>7} {'p95 s':>7} {'KB':>7}   with {levels[-1].users} users")
    for page in sorted({one.page for one in levels[-1].opened}):
        mine = [one for one in levels[-1].opened if one.page == page and not one.trouble]
        if mine:
            seconds = [one.seconds for one in mine]
            size = statistics.median(one.bytes for one in mine) / 1024
            print(
                f"{page:<18} {len(mine):>6} {percentile(seconds, 50):>7.3f} {percentile(seconds, 95):>7.3f} {size:>7.0f}"
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and say no when there were errors or pages were slower than they may be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument(
        "--users", type=int, nargs="+", default=list(USERS), help="how many people, one number after the other"
    )
    parser.add_argument("--pages", type=int, default=20, help="pages that each opens")
    parser.add_argument("--think", type=float, default=5.0, help="seconds that each reads a page, on average")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--limit", type=float, default=None, help="seconds that 95 of 100 page changes have to stay below"
    )
    chosen = parser.parse_args(arguments)
    try:
        levels = run(chosen.users, pages=chosen.pages, think=chosen.think, seed=chosen.seed)
    except snapshot.NoSnapshotError:
        print("Nothing is published: run `make demo SERVE=0` first.", file=sys.stderr)
        return 2
    show(levels)
    slow = chosen.limit is not None and any(not level.share(95) < chosen.limit for level in levels)
    return 1 if slow or any(level.troubles for level in levels) else 0


if __name__ == "__main__":
    sys.exit(main())

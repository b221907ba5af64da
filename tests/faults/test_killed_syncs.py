"""SIGKILL in every phase of a sync; and two syncs started at once.

The phases are the statements that a sync consists of: before reading, in the middle of a piece, before the proof, around
the swap, while the book is written, at and in the middle of the commit, while the file is closed. After each the warehouse
opens, shows the old rows or the new ones and nothing between, and the next run ends where an undisturbed one ends.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from common import paths
from orchestration.lib import warehouse
from tests.faults import killing, worker
from tests.orchestration.tiny_house import House

BEFORE = (
    "insert into hrss.A select 'k' || i, i, timestamp '2026-01-01' + interval 6 hour * i, i, 'x' from range(500) r(i)"
)
ODD = (
    "insert into hrss.A (K, S, T, M) values ('k7', 7, '2026-06-01', 8), ('bad' || chr(0), 1, '2026-06-01', 1),"
    " ('twin', 1, '2026-06-02', 1), ('twin', 2, '2026-06-02', 2)"
)
# A day of the department: changed, silently corrected, new, deleted, spoiled and put right.
CHANGES = (
    "update hrss.A set M = M + 1, T = timestamp '2026-07-01 08:00' where S % 20 = 3",
    "update hrss.A set M = 1000 where K = 'k40'",
    "delete from hrss.A where S between 30 and 34 or K = 'k499'",
    "update hrss.A set X = chr(0), T = timestamp '2026-07-01 09:00' where K in ('k1', 'k2')",
    "update hrss.A set K = 'good' where starts_with(K, 'bad')",
    "insert into hrss.A select 'n' || i, i, timestamp '2026-07-01 10:00', i, 'new' from range(30) r(i)",
)
# Before a replay: rows that cannot be landed, more than a usual run reads again; then most of them right, at no new time.
SPOILED = "update hrss.A set X = chr(0) where S between 100 and 110"
RIGHT = ("update hrss.A set X = 'right', M = M + 1 where S between 100 and 108 and X = chr(0)",)
# The phases of each kind of run, by the statements that begin them.
WRITES = r"^(insert into|delete from) \"?raw_hrss"
EVERY = {
    "rows set aside": r"^insert into raw_aside",
    "before proof": r"sum\(",
    "quarantine": r"insert into ops\.quarantine",
    "the book: state": r"insert into ops\.sync_state",
    "the book: ledger": r"insert into ops\.sync_table",
    "the book: freshness": r"insert into ops\.freshness",
    "commit": r"^commit",
    "closing the file": r"^close",
}
SWAP = {"swap": r"^drop table if exists \"raw_hrss\"|^alter table .* rename", "twins after the swap": r"_twin as"}
PHASES = {
    "first load": {
        **EVERY,
        "before anything": r"^attach",
        "while rows are written": WRITES,
        "twins": r"_twin as",
    },
    "first load in pieces": {
        **EVERY,
        **SWAP,
        "before a piece": r"^insert into \"raw_hrss\"",
        "between pieces": r"insert into ops\.sync_progress",
    },
    "increment": {
        **EVERY,
        "before anything": r"^attach",
        "before read": r"_stage as",
        "while rows are written": WRITES,
        "archive of what vanished": r"^insert into raw_deleted",
    },
    "full replacement": {
        **EVERY,
        **SWAP,
        "while rows are written": WRITES,
        "archive of what vanished": r"^insert into raw_deleted",
        "last good versions": r"_keeps = true",
    },
    "replay": {
        **EVERY,
        "before read": r"_stage as",
        "while rows are written": WRITES,
    },
}
MOMENTS = 2  # kills in the middle of statements


@dataclass
class Scene:
    """An exchange with news, the warehouse before it took them, and what an undisturbed run makes of it."""

    name: str
    exchange: Path
    before: Path
    statements: list[tuple[str, float]]
    old: list[Any]
    new: list[Any]
    expected: dict[str, list[Any]]
    folder: Path
    server: subprocess.Popen[str]
    killed: int = 0
    problems: list[str] = field(default_factory=list)

    def kill(self, at: int, after: float = 0.0) -> None:
        """Have a sync killed, look at what is left, let the next run go, and compare."""
        file = self.folder / f"killed{self.killed}.duckdb"
        shutil.copy(self.before, file)
        order = {"exchange": str(self.exchange), "file": str(file), "scenario": self.name, "at": at, "after": after}
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(json.dumps(order) + "\n")
        self.server.stdin.flush()
        ended = int(self.server.stdout.readline())
        self.killed += ended == -signal.SIGKILL
        where = f"killed {after * 1000:.1f} ms into statement {at}: {self.statements[at][0][:70]}"
        if not after and ended != -signal.SIGKILL:
            self.problems.append(f"not {where}, but ended with {ended}")
        shown = raw(file)
        if shown not in (self.old, self.new):
            self.problems.append(f"neither old nor new ({len(shown)} rows), {where}")
        result, _ = worker.run(self.exchange, file, self.name, "next")
        if result.status != "ok" or not result.parity.equal:
            self.problems.append(f"the next run: {result.status} {result.detail}, {where}")
        found = contents(file)
        self.problems += [f"{n} is not as it should be, {where}" for n in found if found[n] != self.expected[n]]
        file.unlink()


def raw(file: Path) -> list[Any]:
    """What readers of the warehouse see of the table."""
    with duckdb.connect(str(file)) as con:
        if not con.execute(
            "select 1 from duckdb_tables() where schema_name = 'raw_hrss' and table_name = 'A'"
        ).fetchall():
            return []
        return con.execute("select K, S, T, M, X from raw_hrss.A order by all").fetchall()


def contents(file: Path) -> dict[str, list[Any]]:
    """All that a sync leaves but when and by which run."""
    with duckdb.connect(str(file)) as con:
        made = {f"{s}.{t}" for s, t in con.execute("select schema_name, table_name from duckdb_tables()").fetchall()}
        queries = {
            "raw_hrss.A": "K, S, T, M, X",
            "raw_deleted.hrss__A": "K, S, T, M, X",
            "raw_aside.hrss__A": "K, T, M, _reason, _key, _keeps",
            "ops.quarantine": "key_text, column_name, reason, raw_value_masked",
            "ops.sync_state": "last_cursor, identity, contract_checksum, types",
            "ops.sync_progress": "pieces, done, rows",
            "ops.freshness": "latest_cursor_at, status",
        }
        found: dict[str, list[Any]] = {
            name: con.execute(f"select {columns} from {name} order by all").fetchall() if name in made else []
            for name, columns in queries.items()
        }
        found["tables"] = sorted(n for n in made if n.startswith("raw_"))
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[subprocess.Popen[str]]:
    """The process whose children die."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.worker"],
        cwd=paths.root(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(params=list(killing.TABLES))
def scene(request: pytest.FixtureRequest, tmp_path: Path, server: subprocess.Popen[str]) -> Scene:
    """Each kind of run on its own warehouse."""
    name = str(request.param)
    house = House(tmp_path, killing.TABLES[name])
    house.exchange.sql(BEFORE)
    house.exchange.sql(ODD)
    if name == "replay":
        house.exchange.sql(SPOILED)
    before, calm = tmp_path / "before.duckdb", tmp_path / "calm.duckdb"
    first = name.startswith("first load")
    if first:
        with warehouse.opened(before):
            pass
    else:
        worker.run(house.exchange.file, before, name, "first")
        for statement in RIGHT if name == "replay" else CHANGES:
            house.exchange.sql(statement)
    shutil.copy(before, calm)
    result, statements = worker.run(house.exchange.file, calm, name, "calm")
    assert (result.status, result.parity.equal) == ("ok", True), result.detail
    assert accounted_for(house.exchange.file, calm)
    assert (result.mode == "replay") == (name == "replay")
    if not first:
        assert [row[0] for row in raw(calm) if row[0] in ("k1", "k2")] == ["k1", "k2"]  # their last good versions
    return Scene(
        name=name,
        exchange=house.exchange.file,
        before=before,
        statements=statements,
        old=raw(before),
        new=raw(calm),
        expected=contents(calm),
        folder=tmp_path,
        server=server,
    )


def accounted_for(exchange: Path, file: Path) -> bool:
    """Whether every row upstream is in the raw table or set aside, once, and nothing else is but last good versions."""
    with duckdb.connect(str(file)) as con:
        con.execute(f"attach '{exchange}' as e (read_only)")

        def one(query: str) -> int:
            row = con.execute(f"select count(*) from {query}").fetchone()
            assert row is not None
            return int(row[0])

        kept = one("raw_aside.hrss__A where _keeps")
        return (
            one("(select K, S, T, M, X from raw_hrss.A except all select K, S, T, M, X from e.hrss.A)") == kept
            and one("e.hrss.A") == one("raw_hrss.A") + one("raw_aside.hrss__A") - kept
            and one("raw_hrss.A") == one("(select distinct K from raw_hrss.A)")
        )


def test_killed_in_every_phase(scene: Scene) -> None:
    texts = [text for text, _ in scene.statements]
    chosen: dict[int, str] = {}
    for phase, pattern in PHASES[scene.name].items():
        found = [n for n, text in enumerate(texts) if re.search(pattern, text)]
        assert found, f"no statement of the phase {phase}"
        chosen |= dict.fromkeys((found[0], found[-1]) if phase == "commit" else (found[-1],), phase)
    for number in sorted(chosen):
        scene.kill(number)
    assert scene.killed == len(chosen)
    # And in the middle of statements: of the longest, and of any.
    seconds = [later - now for (_, now), (_, later) in zip(scene.statements, scene.statements[1:], strict=False)]
    chance = random.Random(scene.name)
    longest = sorted(range(len(seconds)), key=lambda n: -seconds[n])[: MOMENTS // 2]
    for number in [*longest, *chance.sample(range(len(seconds)), MOMENTS // 2)]:
        scene.kill(number, max(seconds[number] * chance.random(), 0.0001))
    assert scene.problems == []

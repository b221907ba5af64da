"""The load: a few people walk over the fixture snapshot; what goes wrong is counted, not averaged away."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import load, samples
from benchmarks.samples import Samples
from benchmarks.visitor import Opened, Visitor
from dashboards import screenshots
from dashboards.access import accounts, demo, sessions
from dashboards.access.roles import Role, Scope, ScopeKind, User
from dashboards.registry import PAGES
from dashboards.repositories.gate import gate
from tests.dashboards import fixture_snapshot


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("load")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHEBAO_VAR", str(folder))
        patch.setenv("SHEBAO_DEMO", "1")
        patch.delenv("SHEBAO_STATE_URL", raising=False)
        fixture_snapshot.write(folder)
        gate.clear()
        yield folder
        gate.clear()


def test_a_few_people_walk_without_an_error(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert load.main(["--users", "3", "6", "--pages", "3", "--think", "0"]) == 0
    printed = capsys.readouterr().out
    assert "p95 s" in printed
    assert not (var / "state" / "state.sqlite").exists(), "the store of the people who work here is left alone"


def test_what_is_measured_is_what_was_opened(var: Path) -> None:
    (level,) = load.run([4], pages=2, think=0)
    assert level.users == 4
    assert len(level.opened) == 8
    assert not level.troubles
    assert all(one.seconds > 0 and one.bytes > 1000 and one.messages > 5 for one in level.opened)
    assert level.server_cpu > 0
    assert level.peak_memory > 50 * 2**20
    assert 0 < level.share(50) <= level.share(95) <= level.share(99)


def test_a_walk_leads_over_all_pages_of_a_role() -> None:
    for role in Role:
        user = User(1, "who", "who", role, Scope(ScopeKind.BUREAU, ("14501030000",)))
        steps = load.steps_of(user, ["14501030000"], ["A7.4"], Samples(), random.Random(1))
        pages = {step.page for step in steps}
        assert pages == {page.page_id for page in PAGES if role in page.roles}


def test_what_is_looked_up_is_there(var: Path) -> None:
    """A person, a clear value, a finding, a file: each found by what the walker takes from the snapshot."""
    demo.init_demo()
    clerk = accounts.find("qingxiu")
    assert clerk is not None
    known = samples.read(["A7.4"], "A7.4")
    code = clerk.scope.codes[0]
    assert known.findings[code] and known.units[code] and known.persons[code]
    steps = load.steps_of(clerk, [code], ["A7.4"], known, random.Random(1))
    wanted = [step for step in steps if step.acts or {"finding", "unit"} & step.query.keys()]
    cookie = f"{sessions.COOKIE}={sessions.sign(sessions.start(clerk)[0])}"

    async def walk(address: str) -> list[Opened]:
        async with Visitor(address, cookie, "overview") as visitor:
            made = [await visitor.open("overview")]
            for step in wanted:
                made += await load._step(visitor, step)
            wrong = load.Act("person found", {"证件号码或人员编号": "99999999"}, "查询")
            made += await load._step(visitor, load.Step("subject", {}, (wrong,)))
            made.append(await visitor.act("person found", {"没有这一栏": "1"}, "查询"))
            return made

    with screenshots.served({"SHEBAO_VAR": str(var)}) as address:
        found = asyncio.run(walk(address))
    assert [one.trouble for one in found[-2:]] == ["not found", "no 没有这一栏"]
    assert {one.page for one in found} == {
        "overview", "findings", "subject", "person found", "field revealed", "export asked for", load.FETCH,
    }  # fmt: skip
    assert [one for one in found[:-2] if one.trouble] == []
    assert next(one for one in found if one.page == load.FETCH).bytes > 5000


def test_no_file_is_asked_for_where_nothing_is_open(var: Path) -> None:
    known = samples.read(["A7.4"], "A7.4")
    held = known.lists["14501030000"]
    for bureau, asked in (("14501030000", {held}), ("14501002000", set())):
        user = User(1, "who", "who", Role.BUREAU, Scope(ScopeKind.BUREAU, (bureau,)))
        steps = load.steps_of(user, [bureau], ["A7.4"], known, random.Random(1))
        assert {step.query["rule"] for step in steps for act in step.acts if act.fetched} == asked


def test_refused_pages_and_dead_sessions_are_errors(var: Path) -> None:
    demo.init_demo()
    cadre = accounts.find("cadre")
    assert cadre is not None
    token = sessions.start(cadre)[0]
    cookie = f"{sessions.COOKIE}={sessions.sign(token)}"

    async def walk(address: str) -> list[Opened]:
        async with Visitor(address, cookie, "overview") as visitor:
            good, refused = await visitor.open("overview"), await visitor.open("findings")
            sessions.end(token)
            return [good, refused, await visitor.open("overview")]

    with screenshots.served({"SHEBAO_VAR": str(var)}) as address:
        found = asyncio.run(walk(address))
    assert [one.trouble for one in found] == ["", "refused", "signed out"]


def test_an_error_ends_with_an_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = load.Level(1, (Opened("overview", 0.1), Opened("findings", 60.0, "no answer")), 1.0, 1.0, 0.1, 1)
    monkeypatch.setattr(load, "run", lambda *_, **__: [bad])
    assert load.main([]) == 1
    assert bad.seconds == [0.1], "a page that failed is an error and no time"
    slow = load.Level(1, (Opened("overview", 2.0),), 1.0, 1.0, 0.1, 1)
    monkeypatch.setattr(load, "run", lambda *_, **__: [slow])
    assert load.main([]) == 0
    assert load.main(["--limit", "1"]) == 1


def test_without_a_snapshot_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path))
    assert load.main(["--users", "1"]) == 2

"""Matching rosters in chunks: killed and resumed, kept to the booked hours, worked again where inputs changed, the same as in one run."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from common import paths
from orchestration.lib import roster_match, warehouse
from orchestration.lib.exchange_config import ConfigError, Windows, parse_windows
from orchestration.lib.roster_match import Settings

AS_OF = dt.date(2026, 6, 30)
NIGHT, NOON = dt.datetime(2026, 6, 30, 13, 0), dt.datetime(2026, 6, 30, 4, 0)  # UTC: 21:00 and 12:00 in Nanning
BOOKED = parse_windows(["20:00-06:00"], "test")
LINES, PERSONS = 400, 90
# A rule of its own, small but of the same kind: it counts whom a line may mean.
RULE = """
    create or replace table marts.fct_roster_match as
    select line.cadre_key, line.roster_person_no, line.chunk_code,
        case count(c.person_key) when 0 then 'unmatched' when 1 then 'matched' else 'ambiguous' end as match_state,
        case count(c.person_key) when 1 then 'name_and_town' end as method,
        case count(c.person_key) when 0 then 'no_id' when 1 then null else 'several_candidates' end as reason_code,
        min(c.person_no) as person_no
    from intermediate.int_roster_open line left join intermediate.int_roster_candidate c on line.person_name = c.person_name
    where {chosen} group by all
"""


def prepare(file: Path) -> None:
    """A warehouse whose models are built: lines, candidates, and an answer to nothing."""
    with warehouse.opened(file) as con:
        con.execute("create schema intermediate")
        con.execute("create schema marts")
        con.execute(
            f"create table intermediate.int_roster_open as select 'G' || i % 7 as cadre_key, 'M' || i as roster_person_no,"
            f" left(md5('G' || i % 7 || '|M' || i), 2) as chunk_code, '人' || i % 120 as person_name, null::varchar as id_key from range({LINES}) t(i)"
        )
        con.execute(
            "create table intermediate.int_roster_candidate as"
            f" select '人' || i % 80 as person_name, 'K' || i as person_key, 'P' || i as person_no from range({PERSONS}) t(i)"
        )
        con.execute(RULE.format(chosen="false"))


def answer(codes: Sequence[str]) -> None:
    """What dbt does: answer for the chunks that are named, and for no others."""
    with warehouse.opened() as con:
        con.execute(RULE.format(chosen=f"chunk_code in ({', '.join(repr(code) for code in codes)})"))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path))
    monkeypatch.delenv("SHEBAO_WAREHOUSE", raising=False)
    prepare(paths.warehouse_file())
    yield paths.warehouse_file()


def settings(windows: Windows = BOOKED, *, chunk_lines: int = 80, at_once: int = 10_000) -> Settings:
    return Settings(windows, chunk_lines, at_once)


def match(
    run_id: str = "r1", work: Any = answer, now: Any = NIGHT, rule: str = "one", **more: Any
) -> roster_match.Outcome:
    clock: Callable[[], dt.datetime] = now if callable(now) else lambda: now
    return roster_match.run(run_id, AS_OF, rule, settings(**more), work, clock=clock)


def query(statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(paths.warehouse_file())) as con:
        return con.execute(statement).fetchall()


def change(statement: str) -> None:
    with duckdb.connect(str(paths.warehouse_file())) as con:
        con.execute(statement)


def kept() -> list[tuple[Any, ...]]:
    return query("select * from ledger.roster_match order by all")


def all_at_once() -> list[tuple[Any, ...]]:
    """What one statement over everything gives."""
    change(RULE.format(chosen="true"))
    return query("select * from marts.fct_roster_match order by all")


def test_chunks_give_what_one_run_gives_and_the_counts_are_honest(file: Path) -> None:
    outcome = match()
    assert (outcome.status, outcome.left) == ("success", 0)
    assert outcome.done == outcome.total > 100
    assert kept() == all_at_once()
    assert sum(number for _, _, number in outcome.counts) == LINES
    found = {state: number for state, _, number in outcome.counts}
    assert (
        f"匹配到一人 {found['matched']}，多人待认定 {found['ambiguous']}，匹配不到 {found['unmatched']}"
        in outcome.report()[1]
    )
    assert {(state, code) for state, code, _ in outcome.counts} == {
        ("matched", "name_and_town"), ("ambiguous", "several_candidates"), ("unmatched", "no_id"),
    }  # fmt: skip
    assert query("select status, lines, chunks_left, message from ops.roster_run") == [
        ("success", LINES, 0, "全部完成")
    ]
    assert query("select sum(lines) from ops.roster_count where run_id = 'r1'") == [(LINES,)]


def test_what_is_done_is_not_done_again(file: Path) -> None:
    match()
    asked: list[Sequence[str]] = []
    again = match("r2", asked.append)
    assert asked == []
    assert (again.status, again.done, again.left) == ("success", 0, 0)
    assert sum(number for _, _, number in again.counts) == LINES


@pytest.mark.parametrize("moment", ["before the answer", "after the answer"])
def test_a_run_that_breaks_off_goes_on_where_it_was(file: Path, moment: str) -> None:
    asked: list[str] = []

    def breaking(codes: Sequence[str]) -> None:
        if len(asked) > 100:
            if moment == "after the answer":
                answer(codes)
            raise ConnectionError("lost")
        asked.extend(codes)
        answer(codes)

    with pytest.raises(ConnectionError):
        match(work=breaking)
    assert query("select status, chunks_done, message from ops.roster_run") == [
        ("failed", len(asked), "ConnectionError")
    ]
    assert query("select count(distinct chunk_code) from ledger.roster_match") == [(len(asked),)]

    rest: list[str] = []

    def counting(codes: Sequence[str]) -> None:
        rest.extend(codes)
        answer(codes)

    assert match("r2", counting).left == 0
    assert not set(rest) & set(asked)
    assert kept() == all_at_once()


KILLED = """
import sys, time, datetime as dt
sys.path.insert(0, {root!r})
from tests.orchestration import test_roster_match as t
from orchestration.lib import roster_match
def slow(codes):
    t.answer(codes)
    time.sleep(0.02)
def say(line):
    print(line, flush=True)
roster_match.run("killed", t.AS_OF, "one", t.settings(), slow, clock=lambda: t.NIGHT, say=say)
"""


def test_killed_by_sigkill_nothing_is_doubled_and_nothing_lost(file: Path) -> None:
    for after in (1, 1):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED.format(root=str(paths.root()))],
            env=os.environ, cwd=paths.root(), stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        for _ in range(after):
            process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    half = query("select count(*), count(distinct roster_person_no) from ledger.roster_match")[0]
    assert 0 < half[0] == half[1] < LINES
    assert match("after").left == 0
    assert kept() == all_at_once()
    assert query("select status from ops.roster_run where run_id = 'killed'") == [("interrupted",)]


def test_outside_the_booked_hours_nothing_starts(file: Path) -> None:
    asked: list[Sequence[str]] = []
    outcome = match(work=asked.append, now=NOON)
    assert asked == []
    assert (outcome.status, outcome.done, outcome.left) == ("waiting", 0, outcome.total)
    assert outcome.message == "不在预约时段内，下次 06-30 20:00"
    assert kept() == []


def test_when_the_hours_end_the_chunk_is_finished_and_no_other_begun(file: Path) -> None:
    now = [NIGHT]
    asked: list[Sequence[str]] = []

    def until_morning(codes: Sequence[str]) -> None:
        asked.append(codes)
        now[0] = dt.datetime(2026, 6, 30, 22, 30)  # 06:30 of the next day: the hours end while the chunk is worked
        answer(codes)

    first = match(work=until_morning, now=lambda: now[0])
    assert (first.status, first.done) == ("stopped", len(asked[0]))
    assert len(asked) == 1
    assert query("select count(distinct chunk_code) from ledger.roster_match") == [(len(asked[0]),)]
    now[0] = NIGHT + dt.timedelta(days=1)
    second = match("r2")
    assert (second.status, second.done) == ("success", second.total - first.done)
    assert kept() == all_at_once()


def test_chunks_whose_inputs_changed_are_worked_again(file: Path) -> None:
    match()
    change("update intermediate.int_roster_open set person_name = '新来' where roster_person_no = 'M3'")
    change("insert into intermediate.int_roster_candidate values ('人100', 'K1000', 'P1000')")
    touched = {c for (c,) in query("select chunk_code from intermediate.int_roster_open where person_name in ('新来', '人100')")}  # fmt: skip
    asked: list[str] = []

    def counting(codes: Sequence[str]) -> None:
        asked.extend(codes)
        answer(codes)

    assert match("r2", counting).left == 0
    assert set(asked) == touched
    assert 1 < len(touched) < 10
    assert kept() == all_at_once()


def test_lines_that_are_gone_leave_and_another_rule_works_everything_again(file: Path) -> None:
    total = match().total
    lonely = query("select chunk_code from intermediate.int_roster_open group by 1 having count(*) = 1 limit 1")[0][0]
    change(f"delete from intermediate.int_roster_open where chunk_code = '{lonely}'")
    assert match("r2").total == total - 1
    assert kept() == all_at_once()
    assert query(f"select count(*) from ledger.roster_chunk where chunk_code = '{lonely}'") == [(0,)]
    assert match("r3", rule="two").done == total - 1


def test_rows_that_were_lost_are_noticed(file: Path) -> None:
    match()
    change("delete from ledger.roster_match where roster_person_no = 'M5'")
    assert match("r2").done == 1
    assert kept() == all_at_once()


def test_answers_that_another_process_replaced_are_not_taken(file: Path) -> None:
    def replaced(codes: Sequence[str]) -> None:
        answer(codes[1:] or ["zz"])

    with pytest.raises(roster_match.RosterError):
        match(work=replaced)
    assert kept() == []


def test_the_days_run_takes_over_what_is_little_and_leaves_what_is_much(file: Path) -> None:
    expected = all_at_once()
    much = match("day1", None, NOON, at_once=LINES - 1)
    assert (much.status, much.done) == ("waiting", 0)
    assert query("select count(*) from ledger.roster_match") == [(0,)]
    little = match("day2", None, NOON, at_once=LINES)
    assert (little.status, little.left) == ("success", 0)
    assert kept() == expected


def test_a_version_with_other_columns_begins_anew(file: Path) -> None:
    match()
    change("alter table ledger.roster_match drop column person_no")
    assert match("r2").done > 100
    assert kept() == all_at_once()


def test_before_the_first_build_it_says_what_is_missing(file: Path) -> None:
    change("drop table intermediate.int_roster_candidate")
    with pytest.raises(roster_match.RosterError, match="int_roster_candidate"):
        match()


def test_hours_come_from_the_project_and_may_be_booked_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHEBAO_MATCH_WINDOW", raising=False)
    known = {
        "p1_3_2_window": "mon-fri 20:00-06:00; sat,sun 00:00-24:00",
        "p1_3_2_chunk_lines": 5,
        "p1_3_2_at_once_lines": 6,
    }
    chosen = roster_match.settings(known)
    assert (chosen.chunk_lines, chosen.at_once_lines, len(chosen.windows.items)) == (5, 6, 2)
    assert not chosen.windows.is_open(NOON)
    assert chosen.windows.is_open(dt.datetime(2026, 6, 28, 4, 0))
    monkeypatch.setenv("SHEBAO_MATCH_WINDOW", "11:30-12:30")
    assert roster_match.settings(known).windows.is_open(NOON)
    monkeypatch.setenv("SHEBAO_MATCH_WINDOW", "at night")
    with pytest.raises(ConfigError):
        roster_match.settings(known)

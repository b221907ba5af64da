"""The daily patrol: worst answer first, what could not be judged is not called well, the day's worst is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.lib import alert_config, alerts, patrol, warehouse
from orchestration.lib.patrol import FAIL, NOT_APPLICABLE, PASS, WARN, Check, Line, Look

DAY = dt.date(2026, 6, 30)
NOON = dt.datetime(2026, 6, 30, 4)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse.opened(tmp_path / "w.duckdb") as opened:
        yield opened


def walked(con: duckdb.DuckDBPyConnection, status: dict[tuple[str, str], str] | None = None) -> dict[str, patrol.Answer]:  # fmt: skip
    answers = patrol.walk(Look(con, status or {}), as_of=DAY, run_id="r", now=NOON)
    return {answer.check.check_id: answer for answer in answers}


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([PASS, PASS], PASS),
        ([PASS, WARN, FAIL], FAIL),
        ([PASS, WARN, NOT_APPLICABLE], WARN),
        ([NOT_APPLICABLE, NOT_APPLICABLE], NOT_APPLICABLE),
        ([PASS, NOT_APPLICABLE], PASS),
        ([], NOT_APPLICABLE),
    ],
)
def test_roll_up(statuses: list[str], expected: str) -> None:
    status, why = patrol.roll_up([Line(f"对象{n}", one, "缘由") for n, one in enumerate(statuses)])
    assert status == expected
    assert why
    if NOT_APPLICABLE in statuses and expected == PASS:
        assert "1 项无法判断" in why


def test_nothing_measured_is_not_passed(con: duckdb.DuckDBPyConnection) -> None:
    """An empty warehouse has no green patrol."""
    answers = walked(con)
    assert {answer.status for answer in answers.values()} == {NOT_APPLICABLE}
    assert "没有接入监测数据" in answers["middleware"].why
    assert len(answers) == len(patrol.CHECKS)


def test_sources_and_tables(con: duckdb.DuckDBPyConnection) -> None:
    """The newest word of each table counts; a table that comes late fails, one that is old warns."""

    def synced(run: str, table: str, status: str, parity: str, quarantined: int, hour: int) -> None:
        con.execute(
            "insert into ops.sync_table (run_id, source_name, table_name, status, parity_status, rows_quarantined, synced_at)"
            " values (?, 'hrss', ?, ?, ?, ?, ?)",
            [run, table, status, parity, quarantined, dt.datetime(2026, 6, 30, hour)],
        )

    synced("1", "A", "failed", "N/A", 0, 1)
    synced("2", "A", "ok", "PASS", 0, 2)
    synced("2", "B", "ok", "FAIL", 3, 2)
    answers = walked(con, {("hrss", "A"): "fresh", ("hrss", "B"): "stale"})
    assert answers["source"].status == PASS
    assert answers["parity"].status == FAIL
    assert answers["parity"].why == "hrss.B：两侧不平"
    assert answers["quarantine"].status == WARN
    assert answers["freshness"].status == WARN
    synced("3", "A", "failed", "N/A", 0, 3)
    assert walked(con, {("hrss", "A"): "late"})["freshness"].status == FAIL
    assert walked(con)["source"].status == FAIL


def test_the_disk_is_measured_and_judged(con: duckdb.DuckDBPyConnection) -> None:
    patrol.measure_disk(con, "r", NOON)
    measured = con.execute("select place, total_bytes > 0, free_bytes <= total_bytes from ops.disk").fetchall()
    assert measured == [(place, True, True) for place in patrol.places()]
    later = NOON + dt.timedelta(hours=1)
    con.execute("delete from ops.disk")
    for place, free in (("甲", 500), ("乙", 150), ("丙", 90)):
        con.execute("insert into ops.disk values (?, 'r', ?, 1000, 999)", [NOON, place])
        con.execute("insert into ops.disk values (?, 'r', ?, 1000, ?)", [later, place, free])
    lines = {line.subject: line.status for line in walked(con)["disk"].lines}
    assert lines == {"甲": PASS, "乙": WARN, "丙": FAIL}


def test_the_exchange_as_the_models_see_it(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create schema marts")
    con.execute(
        """create table marts.mon_system as select * from (values
            ('A', '甲库', 'down', timestamp '2026-06-30 10:00:00', null::int, 20.0, null::double, 0.9),
            ('B', '乙库', 'normal', timestamp '2026-06-30 10:00:00', 90, 20.0, 4.5, 1.0),
            ('C', '丙库', 'maintenance', timestamp '2026-06-30 10:00:00', null, 20.0, null, 0.99),
            ('D', '丁库', 'no_data', null, null, null, null, null))
        as t(system_code, system_name, state, newest_beat_at, response_ms, usual_ms, response_ratio, availability_24h)"""
    )
    con.execute(
        """create table marts.mon_backlog as select * from (values
            ('T1', '甲表', 'A', 'piled_up', false, 90, 10.0, 30, 2, 50, 40.0), ('T2', '乙表', 'A', 'piled_up', false, 90, 10.0, 2, 0, 50, 40.0),
            ('T3', '丙表', 'A', 'usual', true, 21, 10.0, 2, 0, 1200, 4000.0), ('T4', '丁表', 'A', 'too_early', false, 5, null, null, null, 0, null),
            ('T5', '戊表', 'A', 'usual', false, 9, 10.0, 2, 0, 40, 40.0), ('T6', '己表', 'A', 'piled_up', true, 90, 10.0, 2, 0, 0, 40.0))
        as t(table_name, table_title, system_code, state, is_read_slow, unread_rows, usual_rows, oldest_hours, oldest_workdays,
            read_rows, usual_read_rows)"""
    )
    answers = walked(con)
    assert {line.subject: line.status for line in answers["heartbeat"].lines} == {
        "甲库": FAIL, "乙库": PASS, "丙库": PASS, "丁库": NOT_APPLICABLE,
    }  # fmt: skip
    assert {line.subject: line.status for line in answers["response"].lines}["乙库"] == FAIL
    assert [line.status for line in answers["backlog"].lines] == [FAIL, WARN, FAIL, NOT_APPLICABLE, PASS, FAIL]
    assert "最早一行已等 30 小时" in answers["backlog"].why
    # Slow reading is an alarm, as A1.01 wants it, also where nothing has piled up yet.
    told = {one.key: one for one in alerts.of_patrol(list(answers.values()), alert_config.load())}
    assert told["patrol:backlog"].subjects == ("丙表（T3）", "己表（T6）", "甲表（T1）")
    assert (
        "丙表（T3）：读取缓慢：今日已读 1,200 行，通常 4,000 行；未读 21 行，通常 10 行" in told["patrol:backlog"].body
    )


def test_the_days_worst_is_kept(con: duckdb.DuckDBPyConnection) -> None:
    """Walked hourly: one row a check and day says how it is, and how bad it was."""
    status = {"now": FAIL}
    check = Check("x", "甲", "乙", lambda look: [Line("丙", status["now"], status["now"])])

    def walk(now: str, hour: int) -> None:
        status["now"] = now
        patrol.walk(Look(con, {}), as_of=DAY, run_id=str(hour), now=NOON + dt.timedelta(hours=hour), checks=[check])

    walk(WARN, 0)
    walk(FAIL, 1)
    walk(PASS, 2)
    rows = con.execute("select status, run_id, worst_status, worst_at from ops.patrol").fetchall()
    assert rows == [(PASS, "2", FAIL, NOON + dt.timedelta(hours=1))]
    patrol.walk(Look(con, {}), as_of=DAY + dt.timedelta(days=1), run_id="n", now=NOON, checks=[check])
    assert con.execute("select count(*) from ops.patrol").fetchone() == (2,)

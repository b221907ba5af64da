"""The exchange systems live by working hours and month-end peaks; troubles are there, and what only looks like one."""

from __future__ import annotations

import datetime as dt

import pytest

from simulator import params, project
from simulator.part import Block, settings
from simulator.parts import exchange_health
from simulator.scale import scale_of
from simulator.world import World

ANCHOR = params.load().anchor
ALARM = settings("exchange_health")["alarm"]


@pytest.fixture(scope="module")
def world() -> World:
    """The city's own block with nothing but this part."""
    block = Block("city", 0, 1, 1)
    made = World(7, scale_of("ci"), parts=(exchange_health.PART,))
    exchange_health.PART.populate(made, block, ANCHOR + dt.timedelta(days=10))
    assert exchange_health.PART.tell
    exchange_health.PART.tell(made, block)
    project.project(made, ANCHOR, kinds=("city",))
    return made


def planted(world: World, rule_id: str) -> set[str]:
    return {
        row[0]
        for row in world.rows(
            f"select subject_key from world.truth where rule_id = '{rule_id}' and visible_from <= date '{ANCHOR}' "
            f"and (visible_to is null or visible_to > date '{ANCHOR}')"
        )
    }


def test_beats_never_stop(world: World) -> None:
    """Each system is asked every half hour of every day."""
    rows = world.rows(
        """select XT_DM, count(*), date_diff('minute', min(TXSJ), max(TXSJ)) / 30 + 1 from exchange_ops."JK_XTXT" group by all"""
    )
    assert len(rows) == len(settings("exchange_health")["systems"])
    assert all(count == expected for _, count, expected in rows)


def test_load_follows_the_hours_and_the_month(world: World) -> None:

    def mean(column: str, where: str) -> float:
        return float(
            world.value(f'select avg("{column}") from exchange_ops."JK_XTXT" where ZT_DM <> \'3\' and ({where})')
        )

    morning, night = "hour(TXSJ) in (9, 10) and is_workday(TXSJ)", "hour(TXSJ) in (2, 3) and is_workday(TXSJ)"
    weekend = "hour(TXSJ) in (9, 10) and not is_workday(TXSJ)"
    last_days = "hour(TXSJ) in (9, 10) and TXSJ::date >= date '2026-06-29'"
    ordinary = "hour(TXSJ) in (9, 10) and is_workday(TXSJ) and day(TXSJ) between 10 and 15"
    for column in ("XYHS", "LJS", "CPULYL"):
        assert mean(column, morning) > 1.2 * mean(column, night), column
        assert mean(column, morning) > 1.2 * mean(column, weekend), column
        assert mean(column, last_days) > 1.15 * mean(column, ordinary), column


def test_slow_reads_come_with_load(world: World) -> None:
    assert world.value('select count(*) from exchange_ops."JK_MCX" where HS <= YZ') == 0
    busy, quiet = (
        world.value(f'select count(*) / count(distinct KSSJ::date) from exchange_ops."JK_MCX" where {where}')
        for where in ("KSSJ::date >= date '2026-06-29'", "KSSJ::date < date '2026-06-16' and is_workday(KSSJ)")
    )
    assert busy > 1.5 * quiet
    assert world.value('select count(*) from exchange_ops."JK_MCX" where not is_workday(KSSJ)') <= 2


def test_space_only_grows_and_is_extended_in_time(world: World) -> None:
    full = {
        row[0]
        for row in world.rows(
            f'select distinct BKJMC from exchange_ops."JK_KJ" where SYL > {100 * ALARM["space_share"]}'
        )
    }
    assert full == {"HRSS_DATA", "NHSA_IDX"}
    wrong = """select count(*) from exchange_ops."JK_KJ" where YYKJ > ZKJ or SYL <> round(100 * YYKJ / ZKJ, 2)"""
    assert world.value(wrong) == 0
    shrinking = """select count(*) from (select YYKJ - lag(YYKJ) over (partition by BKJMC order by CJSJ) as more from exchange_ops."JK_KJ") where more < 0"""
    assert world.value(shrinking) == 0


@pytest.mark.parametrize(("rule_id", "business"), [("A13.2", "1"), ("A13.3", "2")])
def test_troubles_are_seen(world: World, rule_id: str, business: str) -> None:
    """Outages and long slowness of today, tablespaces that are full, inserts that have not gone in, reads that crawl: as the alarm is set."""
    minutes = int(settings("exchange_health")["beat_minutes"])
    tables = ", ".join(f"'{row[1]}'" for row in settings("exchange_health")["tables"] if row[2] == business)
    seen = world.rows(
        f"""
        select XT_DM || '|' || strftime(TXSJ, '%Y-%m-%d') from exchange_ops."JK_XTXT"
        where ZT_DM = '3' and JHWHBZ is null and XT_DM not in ('LEVY', 'TIPS') and TXSJ::date = date '{ANCHOR}'
        group by all having count(*) * {minutes} >= {ALARM["outage_minutes"]}
        union all
        select XT_DM || '|' || strftime(TXSJ, '%Y-%m-%d') from exchange_ops."JK_XTXT" join world.exchange_system on system_code = XT_DM
        where ZT_DM = '2' and XYHS > {ALARM["slow_factor"]} * normal_ms and TXSJ::date = date '{ANCHOR}'
        group by all having count(*) * {minutes} >= {ALARM["slow_minutes"]}
        union all
        select XT_DM || '|' || BKJMC from exchange_ops."JK_KJ" where CJSJ::date = date '{ANCHOR}' and SYL > {100 * ALARM["space_share"]}
        union all
        select SBXH from exchange_ops."JK_CRSB" where YWLX_DM = '{business}' and HFSJ is null
            and SBSJ < timestamp '{ANCHOR} 23:59:59' - to_minutes({ALARM["unrecovered_minutes"]})
        union all
        select CXXH from exchange_ops."JK_MCX" where KSSJ::date = date '{ANCHOR}' and HS >= {ALARM["slow_times"]} * YZ and BM in ({tables})
        """
    )
    assert {row[0] for row in seen} == planted(world, rule_id)
    near = {row[0] for row in world.rows(f"select subject_key from world.near_miss where rule_id = '{rule_id}'")}
    assert near
    assert not near & {row[0] for row in seen}


def test_failed_inserts_have_the_databases_words(world: World) -> None:
    known = {code for code, _, _ in settings("exchange_health")["errors"]}
    assert {row[0] for row in world.rows('select distinct CWDM from exchange_ops."JK_CRSB"')} <= known
    without_space = world.rows("select distinct SBSJ::date from exchange_ops.\"JK_CRSB\" where CWDM = 'ORA-01653'")
    assert without_space == [(ANCHOR,)], "only while the tablespace is full"
    assert world.value('select count(*) from exchange_ops."JK_CRSB" where SBHS <= 0 or HFSJ < SBSJ') == 0


def test_the_window_does_not_move(world: World) -> None:
    """Measurements begin on a fixed day, so that going on adds and removes nothing."""
    watched = settings("exchange_health")["watched_days"]["ci"]
    first = world.value("select min(beat_at)::date from world.heartbeat")
    assert first == ANCHOR - dt.timedelta(days=watched)

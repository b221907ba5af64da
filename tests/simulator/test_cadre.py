"""Village cadres: rosters hold residents of their places, matching counts agree, prints are of payments, acts do what they say."""

import datetime as dt
from functools import cache
from typing import Any

import pytest

from simulator import acts, build, params
from simulator.parts import of_kind
from simulator.project import project
from simulator.scale import scale_of
from simulator.world import World

ANCHOR = params.load().anchor


def people(told: bool) -> World:
    """The residents' side of a tiny city with its cadres, without employers."""
    parts = of_kind("resident")
    if not told:
        parts = tuple(part for part in parts if part.name in ("resident", "resident_tax", "cadre"))
    world = World(5, scale_of("40"), parts=parts)
    block = next(block for block in world.scale.blocks() if block.kind == "resident")
    if told:
        build.fill(world, block, ANCHOR)
    else:
        for part in parts:
            part.populate(world, block, ANCHOR)
    return world


@cache
def small_city() -> World:
    world = people(told=True)
    project(world, ANCHOR, kinds=("resident",))
    return world


@pytest.fixture
def city() -> World:
    return small_city()


@cache
def quiet_world() -> World:
    return people(told=False)


def seen(world: World, query: str, as_of: dt.date = ANCHOR) -> list[tuple[Any, ...]]:
    project(world, as_of, kinds=("resident",))
    return world.rows(query)


TABLES = ("GB_ZH", "GB_DR", "GB_DRMX", "GB_PP", "GB_DLRZ", "GB_DXRZ", "GB_DYRZ")


def test_every_table_has_rows(city: World) -> None:
    assert [table for table in TABLES if not city.value(f'select count(*) from tax_cadre."{table}"')] == []


def test_a_roster_holds_residents_of_the_cadres_places(city: World) -> None:
    strangers = city.rows(
        """
        select m."CGXH", m."MXXH" from tax_cadre."GB_DRMX" as m join world.resident as r on r.resident_no = m."MXXH"::bigint
        where (m."CGXH", r.village_code) not in (select cadre_no, village_code from world.cadre_area)
        """
    )
    assert strangers == []
    assert city.value('select count(distinct "MXXH") from tax_cadre."GB_DRMX"') < city.value(
        'select count(*) from tax_cadre."GB_DRMX"'
    )


def test_an_import_counts_its_lines(city: World) -> None:
    wrong = city.rows(
        """
        with latest as (
            select "CGXH", max_by("DRXH", "DRSJ") as import_no from tax_cadre."GB_DR" where "DRZT_DM" = '1' group by "CGXH"
        ),
        lines as (select "DRXH", count(*) as n from tax_cadre."GB_DRMX" group by all)
        select i."DRXH", i."DRTS", lines.n from latest join tax_cadre."GB_DR" as i on i."DRXH" = latest.import_no
        left join lines on lines."DRXH" = i."DRXH" where i."DRTS" <> coalesce(lines.n, 0)
        """
    )
    assert wrong == []


def test_matching_counts_agree_with_the_lines(city: World) -> None:
    wrong = city.rows(
        """
        with latest as (
            select "CGXH", max_by("DRXH", "DRSJ") as import_no from tax_cadre."GB_DR" where "DRZT_DM" = '1' group by "CGXH"
        ),
        lines as (select "DRXH", count(case when "PPZT_DM" = '1' then 1 end) as n from tax_cadre."GB_DRMX" group by all)
        select r."PPXH", r."PPTS", lines.n from tax_cadre."GB_PP" as r join latest on latest.import_no = r."DRXH"
        join lines on lines."DRXH" = r."DRXH" where r."PPLX_DM" = '1' and r."PPZT_DM" = '1' and r."PPTS" <> lines.n
        """
    )
    assert wrong == []
    assert city.value('select count(*) from tax_cadre."GB_PP" where "PPTS" > "CLTS" or "CLTS" > "ZTS"') == 0


def test_what_breaks_off_is_run_again_unless_planted(city: World) -> None:
    left = city.rows(
        """
        select b."PPXH" from tax_cadre."GB_PP" as b where b."PPZT_DM" = '2' and not exists (
            select 1 from tax_cadre."GB_PP" as a where a."DRXH" = b."DRXH" and a."PPLX_DM" = b."PPLX_DM" and a."PPZT_DM" = '1' and a."KSSJ" > b."JSSJ")
        """
    )
    planted = city.rows(
        f"""select subject_key from world.truth where rule_id = 'P1.3.2' and visible_from <= date '{ANCHOR}'
        and (visible_to is null or visible_to > date '{ANCHOR}')"""
    )
    assert sorted(left) == sorted(planted)
    assert planted


def test_nobody_works_before_the_consent(city: World) -> None:
    for table, column in (("GB_DR", "DRSJ"), ("GB_DYRZ", "DYSJ")):
        early = city.value(
            f'select count(*) from tax_cadre."{table}" join tax_cadre."GB_ZH" using ("CGXH") where "TYSQSSJ" is null or "{column}" < "TYSQSSJ"'
        )
        assert early == 0, table
    assert (
        city.value(
            'select count(*) from tax_cadre."GB_DLRZ" join tax_cadre."GB_ZH" using ("CGXH") where "SHSJ" is null or "DLSJ" < "SHSJ"'
        )
        == 0
    )


def test_prints_are_of_payments_of_persons_on_the_roster(city: World) -> None:
    wrong = city.rows(
        """
        select p."DYLSH" from tax_cadre."GB_DYRZ" as p
        left join tax_cadre."GB_DRMX" as m using ("CGXH", "MXXH")
        left join world.person_payment as pay on pay.payment_no = p."JFPZH" and pay.remitted_at <= p."DYSJ"
            and (pay.household_payment_no is not null) = (p."PZZL_DM" = '1')
        where m."MXXH" is null or pay.payment_no is null
        """
    )
    assert wrong == []


def test_accounts_are_well_formed_unless_planted(city: World) -> None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    planted = {row[0] for row in city.rows("select subject_key from world.truth where act = 'cadre_registered_wrong'")}
    rows = city.rows('select "CGXH", "SFZJHM", "SJHM", "JDXZ_DM" from tax_cadre."GB_ZH"')
    good = [row for row in rows if row[0] not in planted]
    for _, number, mobile, _ in good:
        assert number[17] == "10X98765432"[sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11]
        assert len(mobile) == 11
        assert mobile.startswith("1")
    assert len({row[1] for row in good}) == len({row[2] for row in good}) == len(good)


def cadre_with(world: World, nth: int) -> str:
    """A cadre with a roster, in office."""
    return str(world.value(
        f"""select cadre_no from world.cadre join world.cadre_area as a using (cadre_no) join world.resident as r on r.village_code = a.village_code
        where nth = 1 and left_at is null and consent_at < timestamp '2026-01-01'
        group by cadre_no having count(*) > 12 order by cadre_no limit 1 offset {nth}"""
    ))  # fmt: skip


def test_an_import_that_failed_leaves_the_roster_as_it_was() -> None:
    world = quiet_world()
    cadre = cadre_with(world, 0)
    lines = f"""select count(*), max("DRXH") from tax_cadre."GB_DRMX" where "CGXH" = '{cadre}'"""
    before = seen(world, lines)
    acts.perform(world, "import_abnormal", f"select '{cadre}'", on="2026-06-24")
    assert seen(world, lines) == before
    assert world.value(f"""select max_by("DRZT_DM", "DRSJ") from tax_cadre."GB_DR" where "CGXH" = '{cadre}'""") == "2"


def test_a_roster_cut_off_holds_fewer_until_the_next_import() -> None:
    world = quiet_world()
    cadre = cadre_with(world, 1)
    acts.perform(world, "import_abnormal", f"select '{cadre}'", on="2026-06-24", how="shrunk", until="2026-06-29")
    counts = f"""select "DRTS" from tax_cadre."GB_DR" where "CGXH" = '{cadre}' order by "DRSJ" desc"""
    shrunk = seen(world, counts, dt.date(2026, 6, 26))
    assert shrunk[0][0] < shrunk[1][0] / 2
    assert seen(world, counts)[0][0] >= shrunk[1][0] - 2


@pytest.mark.parametrize(("how", "rule"), [("broken", "P1.3.2"), ("error", "P1.3.1")])
def test_matching_that_stops_leaves_persons_unmatched_until_run_again(how: str, rule: str) -> None:
    world = quiet_world()
    cadre = cadre_with(world, 2 if how == "broken" else 3)
    acts.perform(world, "matching_stops", f"select '{cadre}'", on="2026-06-24", how=how, until="2026-06-29")
    unmatched = f"""select count(*) from tax_cadre."GB_DRMX" where "CGXH" = '{cadre}' and "PPZT_DM" = '0'"""
    assert seen(world, unmatched, dt.date(2026, 6, 26))[0][0] > 0
    assert seen(world, unmatched) == [(0,)]
    assert world.value(
        f"select visible_to from world.truth where rule_id = '{rule}' and act = 'matching_stops'"
    ) == dt.date(2026, 6, 29)

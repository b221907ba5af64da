"""Residents: well-formed and unique numbers, real places, as many as the scale says, the same for a seed, whatever the block and the horizon."""

import datetime as dt
from functools import cache

import pytest

from simulator.identifiers import ID_WEIGHTS
from simulator.part import Block, settings
from simulator.parts.resident import PART
from simulator.scale import VILLAGES, scale_of
from simulator.world import World

ANCHOR = dt.date(2026, 6, 30)


def populated(scale: str, block: Block | None = None, seed: int = 5, horizon: dt.date = ANCHOR) -> World:
    world = World(seed, scale_of(scale), parts=[PART])
    PART.populate(world, block or Block("resident", 0, 1, VILLAGES), horizon)
    return world


@cache
def city() -> World:
    """1,000 employers' worth of residents."""
    return populated("1000")


def check_character(body: str) -> str:
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, ID_WEIGHTS, strict=True)) % 11]


def test_id_numbers_are_well_formed_and_nobodys_twice() -> None:
    rows = city().rows("select id_number, id_type_code, birth_date, sex_code, district_code from world.resident")
    areas = settings("resident")["id_areas"]
    outside = set(settings("resident")["outside_areas"])
    assert len({row[0] for row in rows}) == len(rows)
    for number, kind, birth, sex, district in rows:
        assert len(number) == 18 and check_character(number[:17]) == number[17], number
        assert number[6:14] == f"{birth:%Y%m%d}" and (int(number[16]) % 2 == 1) == (sex == "1"), number
        head = number[:6]
        if kind == "201":
            # the code of the county at the time, or of a neighbour
            last = dict(areas[district])
            assert head in outside or birth.year <= last[head], number
        else:
            assert head in {"237": ("810000", "820000"), "238": ("830000",), "233": ("945704",)}[kind], number


def test_old_county_codes_follow_the_year_of_birth() -> None:
    heads = dict(
        city().rows(
            "select substr(id_number, 1, 6), max(extract(year from birth_date)) from world.resident where id_type_code = '201' group by 1"
        )
    )
    assert heads["450127"] <= 2020 and heads["452122"] <= 2002 and heads["450121"] <= 2004 and heads["450122"] <= 2014


def test_places_are_real_and_of_one_piece() -> None:
    world = city()
    assert not world.rows(
        """
        select resident_key from world.resident as r
        where not exists (select 1 from village as v where v.village_code = r.village_code and v.town_code = r.town_code
            and v.district_code = r.district_code and v.bureau_code = r.bureau_code and v.village_no = r.village_no)
        """
    )
    assert world.value("select count(distinct district_code) from world.resident") == 12
    assert world.value("select count(distinct bureau_code) from world.resident") == 16
    assert not world.rows("from world.insured where agency_code not in (select agency_code from ref_agency)")


def test_as_many_as_the_scale_says() -> None:
    world, scale = city(), city().scale
    counts = dict(
        world.rows(
            """
            select insurance_code, count(*) from world.insured
            where ended_on is null and suspended_on is null and place_no = 1 group by all
            """
        )
    )
    students = world.value(
        """select count(*) from world.insured join world.resident using (resident_key)
        where insurance_code = '10212' and place_no = 1 and is_student and ended_on is null and suspended_on is null"""
    )
    assert counts["10212"] == pytest.approx(scale.residents, rel=0.03)
    assert counts["10210"] == pytest.approx(scale.pension, rel=0.05)
    assert counts["10203L"] == pytest.approx(scale.flexible, rel=0.10)
    assert students == pytest.approx(scale.students, rel=0.10)
    drawing = world.value(
        "select count(*) from world.insured where insurance_code = '10210' and benefits_on is not null and ended_on is null"
    )
    assert 0.25 < drawing / counts["10210"] < 0.45
    region = world.value(
        "select count(*) from world.insured where insurance_code = '10203L' and agency_code = '4500000201450000'"
    )
    assert 0.04 < region / counts["10203L"] < 0.12


def test_twins_are_two_people_of_one_birthday() -> None:
    pairs = city().rows(
        """
        select count(*), count(distinct birth_date), count(distinct id_number), count(distinct left(name, 1)), count(distinct sex_code)
        from person where is_twin group by family_key having count(*) > 1
        """
    )
    assert len(pairs) > 50
    assert set(pairs) == {(2, 1, 2, 1, 1)}


def content(world: World, table: str, where: str = "true") -> list[tuple[object, ...]]:
    return world.rows(f"select * from world.{table} where {where} order by all")


def test_a_seed_is_a_world_and_blocks_are_its_parts() -> None:
    whole, again, other = populated("ci"), populated("ci"), populated("ci", seed=6)
    assert content(whole, "resident") == content(again, "resident") != content(other, "resident")
    for first, last in ((1, 700), (701, VILLAGES)):
        part = populated("ci", Block("resident", 1, first, last))
        keys = f"resident_key in (select resident_key from world.resident where village_no between {first} and {last})"
        for table in ("resident", "insured", "person_file", "person_change", "person_merge", "student_term"):
            assert content(part, table) == content(whole, table, keys), table
        dues = "split_part(insured_key, '|', 3) in (select person_no from world.insured where " + keys + ")"
        for table in ("flexible_due", "special_due", "large_payment"):
            assert content(part, table) == content(whole, table, dues), table


def test_life_goes_in_order() -> None:
    world = city()
    for broken in (
        "from world.insured where sent_at < created_at or read_at <= sent_at",
        "from world.insured where ended_on < enrolled_on or suspended_on < enrolled_on or benefits_on < enrolled_on",
        "from world.person_change where sent_at < registered_at or read_at <= sent_at",
        "from world.special_due where sent_at < assessed_at or read_at <= sent_at or platform_at <= read_at",
        "from world.flexible_due where sent_at < assessed_at or read_at <= sent_at",
        "from world.insured as i join world.person_file as f using (department_code, person_no) where i.read_at <= f.read_at",
        "from world.insured as i join world.resident as r using (resident_key) where i.enrolled_on < r.birth_date",
        "from world.insured where (ended_on is not null or suspended_on is not null or benefits_on is not null) and stop_read_at is null",
        """from world.flexible_due as d join world.insured as i using (insured_key)
            where month_first(d.period) >= least(i.ended_on, i.suspended_on, i.benefits_on)""",
        """from world.insured as i join world.resident as r using (resident_key)
            where i.enrolled_on >= r.died_on or i.ended_on > r.died_on + 1""",
        "select file_key from world.person_file group by all having count(*) > 1",
        "from world.insured where department_code || '|' || source_system || '|' || person_no not in (select file_key from world.person_file)",
        "from world.insured where suspended_on > ended_on or suspended_on > benefits_on",
        """from world.student_term as t join world.resident as r using (resident_key) where not r.is_student""",
    ):
        assert not world.rows(broken + " limit 3"), broken

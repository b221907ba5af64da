"""What HRSS and NHSA leave in the exchange about persons: keys, nothing of the future, and what was planted is there to be found."""

import datetime as dt
from functools import cache

import pytest

from simulator import contract
from simulator.part import Block
from simulator.parts.resident import PART
from simulator.project import project
from simulator.scale import VILLAGES, scale_of
from simulator.world import World

ANCHOR = dt.date(2026, 6, 30)
SYSTEMS = ("hrss_person", "hrss_legacy", "nhsa_person", "nhsa_legacy")
TABLES = [table for table in contract.tables() if table.system in SYSTEMS]


@cache
def exchange(as_of: dt.date = ANCHOR, horizon: dt.date = ANCHOR, scale: str = "demo") -> World:
    world = World(5, scale_of(scale), parts=[PART])
    block = Block("resident", 0, 1, VILLAGES)
    PART.populate(world, block, horizon)
    assert PART.tell
    PART.tell(world, block)
    project(world, as_of, kinds=["resident"])
    return world


def truth(world: World, rule_id: str, as_of: dt.date = ANCHOR) -> set[str]:
    day = f"date '{as_of}'"
    return {
        row[0]
        for row in world.rows(
            f"""select subject_key from world.truth where rule_id = '{rule_id}' and visible_from <= {day}
            and (visible_to is null or visible_to > {day})"""
        )
    }


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.system}.{table.name}")
def test_a_table_has_rows_and_its_key_is_one(table: contract.Table) -> None:
    world = exchange()
    key = ", ".join(f'"{column}"' for column in table.key)
    name = f'{table.system}."{table.name}"'
    assert world.value(f"select count(*) from {name}") > 0
    blank = " or ".join(f'"{column}" is null' for column in table.key)
    assert world.value(f"select count(*) - count(distinct ({key})) + count(*) filter ({blank}) from {name}") == 0


@pytest.mark.parametrize("as_of", [ANCHOR, dt.date(2025, 3, 12)])
def test_nothing_after_the_business_date(as_of: dt.date) -> None:
    world = exchange(as_of)
    for table in TABLES:
        for column in table.columns:
            if column.kind == "timestamp":
                late = (
                    f'select count(*) from {table.system}."{table.name}" where "{column.name}"::date > date \'{as_of}\''
                )
                # the old pension system was switched off later than the earlier date
                assert world.value(late) == 0 or (table.system == "hrss_legacy" and as_of < dt.date(2025, 6, 30)), late


def test_a_later_horizon_does_not_change_what_is_known() -> None:
    now, later = exchange(scale="ci"), exchange(horizon=dt.date(2026, 9, 15), scale="ci")
    for table in TABLES:
        query = f'select * from {table.system}."{table.name}" order by all'
        assert now.rows(query) == later.rows(query), table.name


def test_one_person_in_two_places() -> None:
    """Found by the id number alone: two valid registrations of one insurance at two agencies."""
    found = exchange().rows(
        """
        with valid as (
            select 'NHSA' as department, p."SRC_SYS" as system, p."PSN_NO" as number, '10212' as insurance, i."OPTINS_NO" as agency,
                case when length("CERTNO") = 15 then left("CERTNO", 6) || '19' || substr("CERTNO", 7, 9) else left("CERTNO", 17) end as id
            from nhsa_person."PSN_INFO_B" as p join nhsa_person."PSN_INSU_D" as i using ("PSN_NO")
            where i."INSUTYPE" = '390' and i."INSU_STAS" = '1' and i."SEND_TIME" is not null
            union all
            select 'HRSS', p."XTLY", p."AAC001", '10210', i."YAB003",
                case when length("AAC002") = 15 then left("AAC002", 6) || '19' || substr("AAC002", 7, 9) else left("AAC002", 17) end
            from hrss_person."RS_RYJBXX" as p join hrss_person."RS_RYCB" as i using ("AAC001")
            where i."AAE140" = '170' and i."AAC031" in ('1', '4') and i."FSSJ" is not null
        )
        select distinct a.department || '|' || a.system || '|' || a.number || '|' || a.insurance from valid as a
        join valid as b on b.id = a.id and b.department = a.department and b.agency <> a.agency
        """
    )
    assert {row[0] for row in found} == truth(exchange(), "B1.06")


def test_students_whose_town_is_not_the_schools() -> None:
    found = exchange().rows(
        """
        with now as (select "PSN_NO", arg_max("SCHL_CODE", "TERM_BEGN") as "SCHL_CODE" from nhsa_person."STU_INFO_D" group by 1)
        select 'NHSA|' || i."SRC_SYS" || '|' || i."PSN_NO" || '|10212' from now
        join nhsa_person."SCHL_INFO_B" as s using ("SCHL_CODE")
        join nhsa_person."PSN_INSU_D" as i using ("PSN_NO")
        where i."SUBD_CODE" <> s."SUBD_CODE" and i."INSU_STAS" = '1'
        """
    )
    assert {row[0] for row in found} == truth(exchange(), "B1.08b") != set()


def test_special_payments_that_never_left_or_carry_care() -> None:
    found = exchange().rows(
        """
        select 'NHSA|' || "CLCT_NTC_NO" from nhsa_person."SPCL_CLCT_D"
            where "LTC_AMT" > 0 or ("SEND_TIME" is null and workday_after("ASSE_TIME"::date, 2) <= date '2026-06-30')
        union all
        select 'HRSS|' || "TZLSH" from hrss_person."RS_TSJF" where "FSSJ" is null and workday_after("HDSJ"::date, 2) <= date '2026-06-30'
        """
    )
    assert {row[0] for row in found} == truth(exchange(), "B1.03") | truth(exchange(), "B1.10")


def test_large_amount_medical_twice_in_a_year() -> None:
    found = exchange().rows(
        """
        select distinct 'NHSA|' || f."SRC_SYS" || '|' || f."PSN_NO" || '|10203L' from nhsa_person."FLX_CLCT_D" as f
        join nhsa_person."PSN_LRG_D" as l on l."PSN_NO" = f."PSN_NO" and l."INSU_YEAR" = left(f."CASHYM", 4) and l."PAYER_TYPE" = '1'
        where f."INSUTYPE" = '330'
        """
    )
    assert {row[0] for row in found} == truth(exchange(), "B1.07") != set()


def test_the_old_pension_system_against_the_new_one() -> None:
    """A row of the old system is garbage, or has no new number."""
    found = exchange().rows(
        """select 'HRSS|' || o."GRBH" from hrss_legacy."LRS_RYCB" as o
        where not exists (select 1 from hrss_legacy."LRS_BHDZ" as m where m."GRBH" = o."GRBH")"""
    )
    assert {row[0] for row in found} == truth(exchange(), "B11.6") != set()


def test_changes_that_tax_was_not_told() -> None:
    """Past the delay of one working day every change is read by tax, unless an act kept it back."""
    world = exchange()
    unread = world.rows(
        """
        select 'HRSS', "AAC001" from hrss_person."RS_RYBD" where "DQSJ" is null and workday_after("JBSJ"::date, 2) <= date '2026-06-30'
        union
        select 'NHSA', "PSN_NO" from nhsa_person."PSN_CHG_D" where "READ_TIME" is null and workday_after("OPTER_TIME"::date, 2) <= date '2026-06-30'
        """
    )
    planted = {tuple(key.split("|")[::2][:2]) for key in truth(world, "B9.1")}
    assert set(unread) and set(unread) <= planted


def test_names_and_numbers_that_occupy_a_person_number() -> None:
    """Two of three kinds show: the number's name or id is not what the old medical system and tax know."""
    world = exchange()
    keys = truth(world, "B1.09")
    assert len(keys) == 9
    changed = world.rows(
        """
        select p."PSN_NO" from nhsa_person."PSN_INFO_B" as p join world.person_file as f on f.person_no = p."PSN_NO"
        join world.resident as r using (resident_key)
        where (p."PSN_NAME" <> r.name or p."PSN_CERT_TYPE" <> r.id_type_code or (p."CERTNO" <> r.id_number and length(p."CERTNO") = 18))
            and f.correction_sent_at is null
        """
    )
    assert {f"NHSA|QYYB|{row[0]}|10212" for row in changed} == keys

"""Acts on a small explicit cast: what they change in the exchange and what they write down."""

import datetime as dt
from typing import Any

import pytest

from simulator import acts
from simulator.project import project
from simulator.world import Sql, World

AS_OF = dt.date(2026, 6, 30)
BILLS = "select bill_key from world.bill"


def bill(world: World, *, pay_on: str | None = None, department: str = "HRSS", employer: str = "甲") -> None:
    """One bill of June with two items."""
    items = {"HRSS": ("10201", "10202"), "NHSA": ("10203", "10299-03")}[department]
    who = f"from world.registration where employer_key = '{employer}' and department_code = '{department}'"
    pay = f"date '{pay_on}'" if pay_on else "null"
    world.add_bills(
        f"select registration_key, '202606' as period, timestamp '2026-06-03 09:00:00' as summary_sent_at, {pay} as pay_on {who}",
        items=" union all ".join(
            f"select registration_key, '202606' as period, 1 as bill_no, '{item}' as insurance_code, 1600.00 as unit_amount, "
            f"800.00 as person_amount {who}"
            for item in items
        ),
    )


def truth(world: World) -> set[tuple[Any, ...]]:
    return set(world.rows("select rule_id, subject_key, visible_from, visible_to from world.truth"))


def test_usual_way_of_a_paid_bill(cast: World) -> None:
    bill(cast, pay_on="2026-06-15")
    project(cast, AS_OF)
    assert cast.rows('select "DQBZ", "ZJE" from hrss."RS_ZJHZ"') == [("1", 4800)]
    assert cast.rows('select "CLZT_DM" from tax_mgmt."QZ_ZJXX"') == [("1",)]
    for table in ("ZS_SBXX", "ZS_JKS", "ZS_SJXX", "ZS_RKXX"):
        assert cast.value(f'select count(*) from tax_levy."{table}"') == 2, table
    assert cast.rows(
        'select distinct "FHDM" from tax_levy."ZS_KKXX" where "FHSJ" is not null order by 1 desc limit 1'
    ) == [("90000",)]
    assert cast.rows('select count(*), sum("DZJE") from hrss."RS_DZ"') == [(2, 4800)]
    assert truth(cast) == set()


def test_an_earlier_day_knows_less(cast: World) -> None:
    bill(cast, pay_on="2026-06-15")
    project(cast, dt.date(2026, 6, 3))
    assert cast.value('select count(*) from hrss."RS_ZJHZ"') == 1
    assert cast.value('select count(*) from tax_levy."ZS_SJXX"') == 0
    project(cast, dt.date(2026, 6, 2))
    assert cast.value('select count(*) from hrss."RS_ZJHZ"') == 0


def test_unread_bill_goes_nowhere(cast: World) -> None:
    bill(cast, pay_on="2026-06-15")
    acts.perform(cast, "tax_does_not_read_bill", BILLS)
    project(cast, AS_OF)
    assert (
        cast.value('select count(*) from hrss."RS_ZJHZ" where coalesce("DQBZ", \'0\') = \'0\' and "DQSJ" is null') == 1
    )
    assert cast.value('select count(*) from tax_support."ZC_ZJXX"') == 0
    assert cast.value('select count(*) from tax_levy."ZS_JKS"') == 0
    assert truth(cast) == {("A1.01", cast.value(BILLS), dt.date(2026, 6, 5), None)}


def test_late_reading_heals_and_the_bill_goes_on(cast: World) -> None:
    bill(cast, pay_on="2026-06-15")
    acts.perform(cast, "tax_does_not_read_bill", BILLS, until="2026-06-18")
    project(cast, AS_OF)
    assert cast.value('select min("SJRQ") from tax_levy."ZS_SJXX"') >= dt.date(2026, 6, 18)
    assert truth(cast) == {("A1.01", cast.value(BILLS), dt.date(2026, 6, 5), dt.date(2026, 6, 18))}


def test_read_within_the_delay_is_a_near_miss(cast: World) -> None:
    bill(cast)
    acts.perform(cast, "tax_does_not_read_bill", BILLS, until=Sql("workday_after(summary_sent_at, 2)"))
    assert truth(cast) == set()
    assert cast.value("select count(*) from world.near_miss where rule_id = 'A1.01'") == 1


def test_unread_settlement_is_two_findings(cast: World) -> None:
    bill(cast, pay_on="2026-06-15")
    acts.perform(cast, "agency_does_not_read", BILLS, kind="settlement", items=["10201"])
    assert {(rule, key.split("|")[1]) for rule, key, *_ in truth(cast)} == {
        ("A1.02", "settlement"),
        ("A1.03", "remittance"),
    }


def test_part_invoiced_and_paid_is_two_findings(cast: World) -> None:
    bill(cast, pay_on="2026-06-15")
    acts.perform(cast, "invoiced_in_part", BILLS)
    project(cast, AS_OF)
    assert cast.value('select count(*) from tax_levy."ZS_JKS"') == 1
    assert {rule for rule, *_ in truth(cast)} == {"A7.4", "A7.5"}


def test_steps_one_by_one(cast: World) -> None:
    bill(cast)
    acts.perform(cast, "declared", BILLS, on="2026-06-08")
    acts.perform(cast, "invoiced", BILLS, on="2026-06-09")
    acts.perform(cast, "bank_answers", BILLS, on="2026-06-09", code="24007")
    acts.perform(cast, "paid", BILLS, on="2026-06-12", items=["10201"])
    acts.perform(cast, "settled", BILLS, on="2026-06-16")
    project(cast, AS_OF)
    assert cast.rows('select "FHDM" from tax_levy."ZS_KKXX" order by "FSSJ"') == [("24007",), ("90000",)]
    assert cast.rows('select "ZSPM_DM", "SJRQ" from tax_levy."ZS_SJXX"') == [("102010101", dt.date(2026, 6, 12))]
    assert cast.rows('select "RKRQ" from tax_levy."ZS_RKXX"') == [(dt.date(2026, 6, 16),)]


def test_a_twin_is_a_second_valid_bill(cast: World) -> None:
    bill(cast, pay_on="2026-06-15")
    acts.perform(cast, "sent_twice", BILLS, on="2026-06-11")
    project(cast, AS_OF)
    assert cast.rows('select count(*), count(distinct "ZJTZLSH"), count(distinct "CSPCH") from hrss."RS_ZJHZ"') == [
        (2, 1, 2)
    ]
    assert len([row for row in truth(cast) if row[0] == "A1.09"]) == 2


def test_missing_and_differing_tables_are_intercepted(cast: World) -> None:
    bill(cast)
    acts.perform(cast, "table_not_sent", BILLS, table="detail")
    project(cast, AS_OF)
    assert cast.value('select count(*) from hrss."RS_ZJMX"') == 0
    assert cast.rows('select "JYZT_DM", "LJYY" from tax_support."ZC_ZJXX"') == [("2", "缺少征集明细表")]


def test_registered_with_one_department(cast: World) -> None:
    bill(cast, department="NHSA", employer="乙")
    acts.perform(cast, "registered_only_with", "select '甲'", department="NHSA")
    rules = {(rule, key.split("|")[0]) for rule, key, *_ in truth(cast)}
    assert rules == {("A1.04", "NHSA")}
    project(cast, AS_OF)
    assert cast.value('select count(*) from hrss."RS_DWJBXX"') == 1


def test_names_differ_at_chosen_sides(cast: World) -> None:
    acts.perform(cast, "name_differs", "select '甲'", sides=["NHSA"], on="2026-06-10")
    assert sorted(rule for rule, *_ in truth(cast)) == ["A1.10", "A1.11"]
    project(cast, dt.date(2026, 6, 9))
    assert cast.value('select count(*) from nhsa."EMP_INFO_B" where "EMP_NAME" = \'南宁甲贸易有限公司\'') == 1
    project(cast, AS_OF)
    assert cast.value('select count(*) from nhsa."EMP_INFO_B" where "EMP_NAME" = \'南宁甲贸易有限公司\'') == 0


def test_raw_override(cast: World) -> None:
    bill(cast)
    serial, batch = cast.rows("select notice_serial, batch_no from world.bill")[0]
    cast.override("hrss.RS_ZJHZ", f"{serial}|{batch}", "ZJE", "12.30")
    project(cast, AS_OF)
    assert float(cast.value('select "ZJE" from hrss."RS_ZJHZ"')) == 12.30


def test_unknown_names_are_refused(cast: World) -> None:
    with pytest.raises(KeyError, match="unknown act"):
        acts.perform(cast, "tax_sleeps", BILLS)
    with pytest.raises(TypeError, match="no parameter"):
        acts.perform(cast, "tax_does_not_read_bill", BILLS, til="2026-06-18")
    with pytest.raises(ValueError, match="no column"):
        cast.add_employers("select 'x' as employer_key, 1 as colour")


def test_every_act_is_described() -> None:
    for name, act in acts.catalogue().items():
        assert act.doc, name
        assert act.subject.isidentifier() and act.subject.islower(), name

"""Occupational annuity: debits, transfers and income agree with the annuity tickets to the cent, except the cases that were planted."""

import datetime as dt
from collections.abc import Callable

import pytest

from simulator import acts, params, plan
from simulator.parts import parts
from simulator.project import project
from simulator.world import World

ANCHOR = params.load().anchor
Worlds = Callable[[int], World]
PARTS = tuple(part for part in parts() if part.name in ("bank", "annuity", "treasury"))
PLANTED = ("A5.1", "A5.2", "A5.3", "A5.4", "A5.5", "A8.6", "A8.8", "A12.4", "A13.4", "A13.5", "A13.6")


@pytest.fixture(scope="module")
def world(small_world: Worlds) -> World:
    """The ci city at the anchor."""
    return small_world(7)


def test_each_annuity_deduction_is_a_debit_or_a_collection(world: World) -> None:
    wrong = """
        select count(*) from (from tax_levy."ZS_KKXX" where "KKLX_DM" = '5') as debits
        full join (
            select "KKXH", "DZSPHM", "KKJE" as amount, "FSSJ", "FHSJ", "FHDM", null as round_no, '1' as way from annuity."NJ_SSKK"
            union all
            select "KKXH", "DZSPHM", "TSJE", "FSSJ", "FHSJ", "FHDM", "TSPC", '2' from annuity."NJ_TSQC" where "KKXH" is not null
        ) as items using ("KKXH")
        where debits."DZSPHM" is distinct from items."DZSPHM" or debits."KKJE" is distinct from items.amount or debits."FSSJ" is distinct from items."FSSJ"
            or debits."FHSJ" is distinct from items."FHSJ" or debits."FHDM" is distinct from items."FHDM"
            or (way = '2' and debits."KKPC" is distinct from round_no)
    """
    assert world.value(wrong) == 0
    assert world.value('select count(*) from annuity."NJ_SSKK"') > 20
    assert world.value('select count(*) from annuity."NJ_TSQC"') > 50
    order = """select count(*) from annuity."NJ_TSQC" where "FSSJ" <= "SCSJ" or "FHSJ" <= "FSSJ" or "ZFSJ" < "FHSJ" """
    assert world.value(order) == 0


def test_only_verified_agreements_are_debited(world: World) -> None:
    wrong = """
        select count(*) from (
            select "NJXYXH", "FSSJ" from annuity."NJ_SSKK" union all select "NJXYXH", "FSSJ" from annuity."NJ_TSQC" where "FSSJ" is not null
        ) as debits
        where not exists (select 1 from annuity."NJ_XYYZ" as checks
            where checks."NJXYXH" = debits."NJXYXH" and checks."YZJG_DM" = '1' and checks."FHSJ" < debits."FSSJ")
    """
    assert world.value(wrong) == 0


def test_annuity_never_meets_the_treasury(world: World) -> None:
    for query in (
        """select count(*) from tax_bank."GK_RKLS" where "ZSXM_DM" = 'ZYNJ'""",
        """select count(*) from tax_bank."TIPS_JG" where "DZSPHM" in (select "DZSPHM" from tax_levy."ZS_JKS" where "ZSXM_DM" = 'ZYNJ')""",
        """select count(*) from tax_bank."YHD_PZ" where "DZSPHM" in (select "DZSPHM" from tax_levy."ZS_JKS" where "ZSXM_DM" = 'ZYNJ')""",
    ):
        assert world.value(query) == 0


def test_transfers_are_what_tax_confirmed(world: World) -> None:
    """Principal = remitted, and the whole = the income with late fee and interest; what differs was planted."""
    odd = world.rows(
        """
        with confirmed as (select "DZSPHM", sum("SJJE") as amount from tax_levy."ZS_SJXX" where "ZSXM_DM" = 'ZYNJ' group by all),
        moved as (select "DZSPHM", sum("ZZJE") as amount from annuity."NJ_ZZLS" where "KXLX_DM" = '1' and "DZSPHM" is not null group by all)
        select bill_key, coalesce(moved.amount, 0) - coalesce(confirmed.amount, 0) from confirmed full join moved using ("DZSPHM")
        join world.ticket on ticket_no = "DZSPHM" where confirmed.amount is distinct from moved.amount
        """
    )
    cases = world.rows(
        """select bill_key, case cases.kind when 'missing' then -bills.amount when 'twice' then bills.amount else cases.difference end
        from world.annuity_transfer_case as cases join world.bill as bills using (bill_key) where cases.kind <> 'own'"""
    )
    assert sorted(odd) == sorted(cases) != []
    own = """select "DWBH", "ZZJE" from annuity."NJ_ZZLS" where "DZSPHM" is null order by all"""
    planted = """select unit_no, amount + coalesce(difference, 0) from world.annuity_transfer_case join world.bill using (bill_key)
        where kind = 'own' order by all"""
    assert world.rows(own) == world.rows(planted)
    fees = """
        select (select sum("ZNJ") from annuity."NJ_SR") - (select sum("ZZJE") from annuity."NJ_ZZLS" where "KXLX_DM" = '2'),
            (select sum("LX") from annuity."NJ_SR") - (select sum("ZZJE") from annuity."NJ_ZZLS" where "KXLX_DM" = '3')
    """
    assert world.rows(fees) == [(0, 0)]


def test_income_is_split_to_the_cent(world: World) -> None:
    wrong = """
        select count(*) from annuity."NJ_SR" as income
        full join (select "DZSPHM", sum("SJJE") as amount from tax_levy."ZS_SJXX" where "ZSXM_DM" = 'ZYNJ' group by all) as confirmed using ("DZSPHM")
        where "DWJFJE" + "GRJFJE" is distinct from confirmed.amount or "HJJE" <> "DWJFJE" + "GRJFJE" + "ZNJ" + "LX"
            or least("DWJFJE", "GRJFJE", "ZNJ", "LX") < 0 or ("ZNJ" > 0) <> ("QRSJ"::date > "FKSSQZ")
    """
    assert world.value(wrong) == 0
    assert world.value("""select count(*) from annuity."NJ_SR" where "ZNJ" > 0 and "LX" > 0""") > 0


def test_a_reversal_belongs_to_a_doubled_transfer(world: World) -> None:
    wrong = """
        select count(*) from annuity."NJ_CZ" as reversals
        full join (from annuity."NJ_ZZLS" where "CZBZ" = 'Y') as transfers on transfers."LSH" = reversals."YLSH"
        where reversals."CZJE" is distinct from transfers."ZZJE" or reversals."CZSJ" <= transfers."ZZSJ"
    """
    assert world.value(wrong) == 0
    assert world.value('select count(*) from annuity."NJ_CZ"') > 0


def test_agreements_follow_the_client_account(world: World) -> None:
    wrong = """
        select count(*) from annuity."NJ_XY" as agreements
        left join (select "NJXYXH", max_by("XKHDZH", "BGSJ") as account from annuity."NJ_ZHQY" where "QYZT_DM" = '1' group by all) as moves using ("NJXYXH")
        where moves.account is not null and moves.account <> agreements."KHDZH"
    """
    assert world.value(wrong) == 0
    states = dict(world.rows("""select "QYZT_DM", count(*) from annuity."NJ_ZHQY" group by all"""))
    assert set(states) == {"0", "1", "3"}
    assert world.value("""select count(*) from annuity."NJ_ZHQY" where "QYZT_DM" = '3' and "SBYY" is null""") == 0
    assert world.value("""select count(*) from annuity."NJ_ZHQY" where "XYHZH" <> "YYHZH" """) == 1


def test_every_case_is_planted(world: World) -> None:
    for rule in PLANTED:
        assert world.value(f"select count(*) from world.truth where rule_id = '{rule}'") >= 1, rule
    assert world.value("select count(*) from world.annuity_transfer_case") >= 6


@pytest.fixture
def school() -> World:
    """A school with its annuity bills of four months, collected, and an agreement signed long ago."""
    world = World.empty(parts=PARTS)
    world.add_employers(
        world.relation("cast_rows", [{"employer_key": "校", "name": "南宁市第一学校", "unit_type_code": "12"}])
    )
    immediate = plan.annuity_is_immediate(world, "'HRSS|NNSB|' || unit_no")
    units = f"select unit_no from (select (450010000000 + n)::varchar as unit_no from range(100) as r(n)) where not {immediate} order by unit_no"
    world.add_registrations(
        f"select '校' as employer_key, 'HRSS' as department_code, 'NNSB' as source_system, '{world.value(units)}' as unit_no"
    )
    world.sql(
        """
        insert into world.annuity_agreement
        select 'NJ1', registration_key, employer_key, '2', 'KH0000000101', '102', '102611000011', name, '2102000000000000001', '1', date '2021-05-01',
            timestamp '2021-05-01 10:00:00', null, null, null from world.registration;
        insert into world.annuity_check values ('Z1', 'NJ1', '1', timestamp '2021-05-01 10:04:00', timestamp '2021-05-01 10:05:00', '90000', '交易成功',
            true, '1', '南宁市第一学校', null, null);
        """
    )
    for month in ("03", "04", "05", "06"):
        world.add_bills(
            f"""select registration_key, '2026{month}' as period, 2 as bill_no, true as is_annuity, workday_not_before(date '2026-{month}-15') as pay_on,
                timestamp '2026-{month}-03 09:00:00' as summary_sent_at from world.registration""",
            items=f"""select registration_key, '2026{month}' as period, 2 as bill_no, 'ZYNJ' as insurance_code, 800 as unit_amount, 400 as person_amount
                from world.registration""",
        )
    return world


def known(world: World, day: str, query: str) -> list[tuple[object, ...]]:
    project(world, dt.date.fromisoformat(day))
    return world.rows(query)


def test_three_months_refused_and_then_good(school: World) -> None:
    acts.perform(
        school,
        "annuity_refused",
        "select registration_key from world.registration",
        periods=["202603", "202604", "202605"],
        code="24004",
    )
    assert school.rows("select visible_from, visible_to from world.truth where rule_id = 'A8.8'") == [
        (dt.date(2026, 5, 15), dt.date(2026, 6, 15))
    ]
    states = """select "QCZT_DM" from annuity."NJ_TSQC" where "FSSJ" >= timestamp '2026-05-01' order by "QCXH" """
    assert known(school, "2026-05-15", states) == [("5",), ("4",)]
    assert known(school, "2026-05-18", states) == [("5",), ("9",)]
    assert known(school, "2026-06-30", """select count(*) from annuity."NJ_SR" """) == [(1,)]


def test_a_second_debit_and_its_reversal(school: World) -> None:
    acts.perform(
        school,
        "annuity_transfer_differs",
        "select bill_key from world.bill where period = '202605'",
        kind="twice",
        reversed_on="2026-05-20",
    )
    transfers = """select "ZZJE", "CZBZ" from annuity."NJ_ZZLS" where "ZZRQ" = date '2026-05-15' order by "ZZSJ" """
    assert known(school, "2026-05-19", transfers) == [(1200, None), (1200, None)]
    assert known(school, "2026-05-20", transfers) == [(1200, None), (1200, "Y")]
    assert school.rows("""select "CZJE" from annuity."NJ_CZ" """) == [(1200,)]
    assert school.rows("select rule_id, visible_from, visible_to from world.truth") == [
        ("A13.5", dt.date(2026, 5, 19), dt.date(2026, 5, 20))
    ]


def test_an_account_that_is_not_verified_stops_the_collection(school: World) -> None:
    acts.perform(
        school, "annuity_not_collected", "select registration_key from world.registration", reason="verification_failed",
        since="2026-06-05", until="2026-06-18", periods=["202606"],
    )  # fmt: skip
    state = """select "YZZT_DM" from annuity."NJ_XY" """
    june = """select count(*) from annuity."NJ_TSQC" where "SCSJ" >= timestamp '2026-06-01'"""
    assert known(school, "2026-06-04", state) == [("1",)]
    assert known(school, "2026-06-17", state) == [("2",)]
    assert school.rows(june) == [(0,)]
    assert known(school, "2026-06-23", state) == [("1",)]
    assert school.rows(june) == [(1,)]
    assert {row[0] for row in school.rows("select rule_id from world.truth")} == {"A5.1", "A8.6", "A13.6"}


def test_annuity_that_was_not_split_is_intercepted(school: World) -> None:
    acts.perform(school, "annuity_not_split", "select registration_key from world.registration", sent="2026-06-09")
    reason = """select "JYZT_DM", "LJYY", "TSSJ" from tax_support."ZC_ZJXX" where "LJYY" is not null"""
    assert known(school, "2026-06-30", reason) == [("2", "职业年金未拆分", None)]

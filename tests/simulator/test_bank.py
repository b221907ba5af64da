"""Banks, cash, vouchers and treasury agree with the tickets, deductions and settlements of the levy subsystem, except what was planted."""

import datetime as dt
from collections.abc import Callable

import pytest

from simulator import acts, params
from simulator.parts import parts
from simulator.project import project
from simulator.world import World

ANCHOR = params.load().anchor
Worlds = Callable[[int], World]
PARTS = tuple(part for part in parts() if part.name in ("bank", "annuity", "treasury"))
PLANTED = ("A4.3.1", "A4.4.1", "A4.6.1", "A4.6.2", "A7.3", "A7.6", "A8.2", "A12.3", "A13.1")


@pytest.fixture(scope="module")
def world(small_world: Worlds) -> World:
    """The ci city at the anchor."""
    return small_world(7)


def test_packs_are_the_sum_of_their_items(world: World) -> None:
    both = """
        from tax_bank."PK_PC" as packs
        full join (select "SKSSSWJG_DM", "WTRQ", "BXH", count(*) as n, sum("KKJE") as amount,
                sum(case when "FHDM" = '90000' then 1 else 0 end) as good, sum(case when "FHDM" = '90000' then "KKJE" else 0 end) as good_amount,
                count("FHDM") as answered, max("FSSJ") as sent_at
            from tax_bank."PK_MX" where "BXH" is not null group by all) as items using ("SKSSSWJG_DM", "WTRQ", "BXH")
    """
    assert world.value(f"select count(*) {both}") > 100
    wrong = f"""select count(*) {both} where "ZBS" is distinct from n or "ZJE" is distinct from amount or "CGBS" is distinct from good
        or "CGJE" is distinct from good_amount or "CGBS" + "SBBS" is distinct from answered or "CGJE" + "SBJE" > "ZJE" or "FSSJ" <> sent_at"""
    assert world.value(wrong) == 0


def test_every_batch_deduction_has_its_item(world: World) -> None:
    wrong = """
        select count(*) from (from tax_levy."ZS_KKXX" where "KKLX_DM" = '2') as debits
        full join (from tax_bank."PK_MX" where "KKXH" is not null) as items using ("KKXH")
        where debits."DZSPHM" is distinct from items."DZSPHM" or debits."KKJE" is distinct from items."KKJE" or debits."FSSJ" is distinct from items."FSSJ"
            or debits."FHSJ" is distinct from items."FHSJ" or debits."FHDM" is distinct from items."FHDM" or debits."KKPC" is distinct from items."KKPC"
            or items."SKSSSWJG_DM" is null or items."WTRQ" <> items."FSSJ"::date
    """
    assert world.value(wrong) == 0
    # what was listed and never sent: a batch ticket without a deduction, and only that
    listed = """select "DZSPHM" from tax_bank."PK_MX" where "FSSJ" is null"""
    tickets = """select distinct "DZSPHM" from tax_levy."ZS_JKS" where "JKFS_DM" = '2' and "DZSPHM" not in (select "DZSPHM" from tax_levy."ZS_KKXX")"""
    assert sorted(world.rows(listed)) == sorted(world.rows(tickets)) != []


def test_items_live_in_order(world: World) -> None:
    wrong = """
        select count(*) from tax_bank."PK_MX"
        where "FSSJ" <= "SCSJ" or "FHSJ" <= "FSSJ" or "ZFSJ" < "FHSJ" or "ZFSJ" < "SCSJ"
            or "QCZT_DM" <> case when "FHDM" = '90000' then '3' when "ZFSJ" is not null then '9' when "FHDM" is not null then
                case when "QCZT_DM" in ('4', '5') then "QCZT_DM" end when "FSSJ" is not null then '2' else '1' end
    """
    assert world.value(wrong) == 0
    issued = """select count(*) from tax_bank."PK_MX" as items join tax_levy."ZS_JKS" as tickets using ("DZSPHM") where items."SCSJ" < tickets."KJSJ" """
    assert world.value(issued) == 0
    # relisted after a refusal: exactly where a later item of the ticket exists
    relisted = """
        select count(*) from (select *, lead("SCSJ") over (partition by "DZSPHM" order by "QCXH") is not null as has_next from tax_bank."PK_MX")
        where ("QCZT_DM" = '5') <> has_next
    """
    assert world.value(relisted) == 0
    # a refused item of a voided ticket is off the list, unless it was left there
    left = """
        select items."DZSPHM" from tax_bank."PK_MX" as items join (select distinct "DZSPHM" from tax_levy."ZS_JKS" where "ZFBZ" = 'Y') using ("DZSPHM")
        where items."QCZT_DM" = '4'
    """
    planted = f"""select ticket_no from world.batch_left join world.ticket using (ticket_no)
        where coalesce(cleared_at, date '2999-01-01') > date '{ANCHOR}' + 1 and voided_at < date '{ANCHOR}' + 1"""
    assert sorted(world.rows(left)) == sorted(world.rows(planted)) != []


def test_each_deduction_has_its_tips_result(world: World) -> None:
    debits = """(from tax_levy."ZS_KKXX" where "KKLX_DM" in ('1', '2', '3'))"""
    odd = world.rows(
        f"""
        select coalesce(cases.kind, 'none'), count(*) from {debits} as debits
        left join world.tips_case as cases on cases.deduction_key = debits."KKXH"
        left join tax_bank."TIPS_JG" as tips using ("KKXH")
        where tips."KKXH" is null or tips."DZSPHM" <> debits."DZSPHM" or tips."JYJE" <> debits."KKJE" or tips."FSSJ" <> debits."FSSJ"
            or tips."FHSJ" is distinct from debits."FHSJ" or (tips."CLZT_DM" = '1') <> coalesce(debits."FHDM" = '90000', false)
        group by all order by all
        """
    )
    # slow: the bank has done it, tax does not know yet
    assert {kind for kind, _ in odd} - {"slow"} == {"amount", "deducted", "missing"}, odd
    unknown = world.rows(
        """select "DZBS_DM", "DZSPHM" from tax_bank."TIPS_JG" where "KKXH" is null and "DZSPHM" not in (select "HZJKSHM" from tax_bank."XJ_HZ")"""
    )
    twice = "select '4', ticket_no from world.tips_case join world.deduction using (deduction_key) where kind = 'twice'"
    assert sorted(unknown) == sorted(world.rows(twice)) != []
    assert world.value("""select count(*) - count(distinct "JYLSH") from tax_bank."TIPS_JG" """) == 0
    # banks word one answer in several ways
    texts = """select count(distinct "YSFHXX" || "YSFHDM") from tax_bank."TIPS_JG" join tax_levy."ZS_KKXX" using ("KKXH") where "FHDM" = '24007'"""
    assert world.value(texts) >= 4


def test_cash_is_summed_up_to_the_cent(world: World) -> None:
    receipts = """
        select count(*) from (from tax_levy."ZS_KKXX" where "KKLX_DM" = '4' and "FHDM" = '90000') as debits
        full join tax_bank."XJ_PJ" as receipts using ("DZSPHM")
        where debits."KKJE" is distinct from receipts."SKJE" or debits."FHSJ" is distinct from receipts."SKSJ"
    """
    assert world.value(receipts) == 0
    summaries = """
        select count(*) from tax_bank."XJ_HZ" as summaries
        full join (select "HZXH", count(*) as n, sum("SKJE") as amount, max("HZSJ") as at_last, max("SKSJ") as taken
            from tax_bank."XJ_PJ" where "HZXH" is not null group by all) as receipts using ("HZXH")
        where "PJFS" is distinct from n or "HZJE" is distinct from amount or "HZSJ" is distinct from at_last or taken >= "HZSJ" or "HZSJ" > "SJSJ"
    """
    assert world.value(summaries) == 0
    remitted = """
        select (select sum("SJJE") from tax_bank."XJ_HZ")
            - (select sum("SJJE") from tax_levy."ZS_SJXX" where "DZSPHM" in (select "DZSPHM" from tax_bank."XJ_PJ"))
    """
    assert world.value(remitted) == 0
    assert world.value("""select max("PJFS") from tax_bank."XJ_HZ" """) > 1


def test_vouchers_follow_their_tickets(world: World) -> None:
    tickets = f"""
        select ticket_no from world.ticket join world.bill using (bill_key)
        where ticket.channel_code = '3' and not is_annuity and issued_at < date '{ANCHOR}' + 1
    """
    wanted = {row[0] for row in world.rows(tickets)}
    found = dict(world.rows("""select "DZSPHM", count("JKSJ") from tax_bank."YHD_PZ" group by all"""))
    assert set(found) == wanted
    assert max(found.values()) == 1
    wrong = """
        select count(*) from tax_bank."YHD_PZ"
        where ("HQJG_DM" = '2') <> ("PZHM" is null) or ("HQJG_DM" = '2') <> ("SBYY" is not null) or "JKSJ" < "DYSJ" or "JKSJ"::date > "YXQZ"
            or ("PZZT_DM" = '3') <> ("JKSJ" is not null) or "KJQD_DM" not in ('1', '2')
    """
    assert world.value(wrong) == 0
    paid = """
        select count(*) from tax_bank."YHD_PZ" as vouchers join (from tax_levy."ZS_KKXX" where "FHDM" = '90000') as debits using ("DZSPHM")
        where vouchers."PZZT_DM" = '3' and (vouchers."JKSJ" <> debits."FHSJ" or vouchers."PZJE" <> debits."KKJE")
    """
    assert world.value(paid) == 0
    assert (
        world.value("""select count(*) - count(distinct "PZHM") from tax_bank."YHD_PZ" where "PZHM" is not null""") == 0
    )
    assert world.value("""select count(distinct "KJQD_DM") from tax_bank."YHD_PZ" """) == 2


def test_the_statement_is_the_sum_of_the_settlements(world: World) -> None:
    """Day, authority and item agree to the cent, except where a case was planted."""
    wrong = world.rows(
        """
        with ours as (
            select "RKRQ", bureau_code as "SKSSSWJG_DM", "SKGK_DM", "ZSPM_DM", sum("RKJE") as amount
            from tax_levy."ZS_RKXX" join snap.ticket on ticket_no = "DZSPHM" group by all
        ),
        theirs as (
            select "RKRQ", "SKSSSWJG_DM", "SKGK_DM", "ZSPM_DM", sum("RKJE") as amount from tax_bank."GK_RKLS" group by all
        )
        select "RKRQ", "SKSSSWJG_DM", "ZSPM_DM", coalesce(theirs.amount, 0) - coalesce(ours.amount, 0)
        from ours full join theirs using ("RKRQ", "SKSSSWJG_DM", "SKGK_DM", "ZSPM_DM") where theirs.amount is distinct from ours.amount order by all
        """
    )
    planted = world.rows(
        f"""
        select day, bureau_code, zspm_code, sum(change) from (
            select items.settled_at::date as day, bureau_code, zspm_code, case cases.kind
                when 'missing' then -settled_amount when 'shifted' then -settled_amount when 'doubled' then settled_amount else difference end as change
            from world.treasury_case as cases join snap.ticket_item as items using (ticket_no, insurance_code)
            union all
            select stated_on, bureau_code, zspm_code, settled_amount
            from world.treasury_case as cases join snap.ticket_item as items using (ticket_no, insurance_code)
            where cases.kind = 'shifted' and stated_on <= date '{ANCHOR}'
        ) group by all having sum(change) <> 0 order by all
        """
    )
    assert wrong == planted != []


def test_days_are_cut_over_after_the_last_settlement(world: World) -> None:
    late = """
        select count(*) from tax_levy."ZS_RKXX" as settled
        left join tax_bank."GK_RQ" as days on days."SKGK_DM" = settled."SKGK_DM" and days."GZRQ" = settled."RKRQ"
        where days."GZRQ" is null or settled."GXSJ" > days."RQSJ"
    """
    assert world.value(late) == 0
    chain = """
        select count(*) from (select *, lead("GZRQ") over (partition by "SKGK_DM" order by "GZRQ") as coming from tax_bank."GK_RQ")
        where coming is not null and coming <> "XYGZR" or "RQSJ"::date <> "GZRQ"
    """
    assert world.value(chain) == 0
    month_ends = """select count(distinct "GZRQ"), count(distinct strftime("GZRQ", '%Y%m')) from tax_bank."GK_RQ" where "YMBZ" = 'Y'"""
    assert len(set(world.rows(month_ends)[0])) == 1
    # the treasury's day of a payment: never before it, nor after the day it was settled in
    early = """
        select count(*) from tax_bank."TIPS_JG" as tips left join tax_levy."ZS_RKXX" as settled using ("DZSPHM")
        where tips."GKRQ" < tips."YHCLSJ"::date or (tips."CLZT_DM" = '1' and tips."KKXH" is not null and tips."GKRQ" > settled."RKRQ")
    """
    assert world.value(early) == 0


def test_what_comes_after_the_cut_over_belongs_to_the_next_working_day() -> None:
    world = World.empty(parts=PARTS)
    days = """select treasury_day('2611010200', unnest([timestamp '2026-06-15 17:59:00', timestamp '2026-06-15 19:30:00',
        timestamp '2026-06-20 09:00:00', timestamp '2026-06-30 19:30:00', timestamp '2025-12-31 22:15:00']))"""
    found = [str(row[0]) for row in world.rows(days)]
    assert found == ["2026-06-15", "2026-06-16", "2026-06-22", "2026-06-30", "2025-12-31"]


def test_agreements_are_verified_as_they_say(world: World) -> None:
    wrong = """
        select count(*) from tax_core."SF_SFXY" as agreements
        left join (select "XYXH", max_by("YZJG_DM", "FSSJ") as last from tax_bank."XY_YZJG" group by all) as checks using ("XYXH")
        where agreements."YZZT_DM" is distinct from checks.last
    """
    assert world.value(wrong) == 0
    assert world.value("""select count(*) from tax_bank."XY_YZJG" where "YZJG_DM" = '2'""") >= 8


def test_every_case_is_planted(world: World) -> None:
    for rule in PLANTED:
        assert world.value(f"select count(distinct subject_key) from world.truth where rule_id = '{rule}'") >= 3, rule
        visible = f"visible_from <= date '{ANCHOR}' and (visible_to is null or visible_to > date '{ANCHOR}')"
        assert world.value(f"select count(*) from world.truth where rule_id = '{rule}' and {visible}") >= 1, rule


@pytest.fixture
def payer() -> World:
    """One employer that pays three bills of June by real-time debit, and one of each department in cash and at the bank."""
    world = World.empty(parts=PARTS)
    world.add_employers(world.relation("cast_rows", [{"employer_key": "甲", "name": "南宁甲贸易有限公司"}]))
    world.add_registrations("select '甲' as employer_key, unnest(['HRSS', 'NHSA']) as department_code")
    world.add_agreements("select taxpayer_key from world.taxpayer")
    for department, item in (("HRSS", "10201"), ("NHSA", "10203")):
        world.add_bills(
            f"""select registration_key, '202606' as period, date '2026-06-15' as pay_on, timestamp '2026-06-03 09:00:00' as summary_sent_at
            from world.registration where department_code = '{department}'""",
            items=f"""select registration_key, '202606' as period, 1 as bill_no, '{item}' as insurance_code, 1600 as unit_amount, 800 as person_amount
            from world.registration where department_code = '{department}'""",
        )
    return world


HRSS_BILL = "select bill_key from world.bill where department_code = 'HRSS'"


def known(world: World, day: str, query: str) -> list[tuple[object, ...]]:
    project(world, dt.date.fromisoformat(day))
    return world.rows(query)


def test_cash_that_is_summed_up_late(payer: World) -> None:
    acts.perform(payer, "cash_not_summed", HRSS_BILL, until="2026-07-03")
    receipt = 'select "SKJE", "HZXH" is not null, "HZSJ"::date from tax_bank."XJ_PJ"'
    assert known(payer, "2026-06-30", receipt) == [(2400, False, None)]
    assert known(payer, "2026-06-30", 'select * from tax_bank."XJ_HZ"') == []
    assert known(payer, "2026-07-03", receipt) == [(2400, True, dt.date(2026, 7, 3))]
    assert known(payer, "2026-07-03", 'select "PJFS", "HZJE", "SJJE" from tax_bank."XJ_HZ"') == [(1, 2400, 2400)]
    seen = payer.rows("select rule_id, visible_from, visible_to from world.truth")
    assert seen == [("A7.3", dt.date(2026, 6, 29), dt.date(2026, 7, 3))]


def test_a_voucher_that_cannot_be_had(payer: World) -> None:
    acts.perform(payer, "voucher_not_obtained", HRSS_BILL, until="2026-06-18")
    vouchers = 'select "HQJG_DM", "PZZT_DM", "PZHM" is null, "JKSJ"::date from tax_bank."YHD_PZ" order by "QQXH"'
    assert known(payer, "2026-06-17", vouchers) == [("2", "9", True, None), ("2", "9", True, None)]
    assert known(payer, "2026-06-18", vouchers)[-1] == ("1", "3", False, dt.date(2026, 6, 18))


def test_an_answer_that_comes_late(payer: World) -> None:
    acts.perform(payer, "answer_late", HRSS_BILL, on="2026-06-17")
    bill = "(select notice_serial from world.bill where department_code = 'HRSS')"
    tips = f"""select "CLZT_DM", "YHCLSJ"::date, "FHSJ"::date from tax_bank."TIPS_JG" join tax_levy."ZS_KKXX" using ("KKXH")
        where "ZJTZLSH" = {bill}""".replace('"FHSJ"', '"TIPS_JG"."FHSJ"')
    levy = f'select "FHDM" from tax_levy."ZS_KKXX" where "ZJTZLSH" = {bill}'
    assert known(payer, "2026-06-15", tips) == [("1", dt.date(2026, 6, 15), None)]
    assert known(payer, "2026-06-16", levy) == [(None,)]
    assert known(payer, "2026-06-17", levy) == [("90000",)]
    assert payer.rows("select rule_id, visible_from, visible_to from world.truth where rule_id = 'A4.6.2'") == [
        ("A4.6.2", dt.date(2026, 6, 15), dt.date(2026, 6, 17))
    ]


@pytest.mark.parametrize(
    ("kind", "params_of", "change"),
    [("missing", {}, -2400), ("doubled", {}, 2400), ("amount", {"difference": 0.3}, 0.3)],
)
def test_the_treasury_says_otherwise(payer: World, kind: str, params_of: dict[str, float], change: float) -> None:
    acts.perform(payer, "treasury_states", HRSS_BILL, kind=kind, **params_of)
    stated = known(
        payer, "2026-06-30", """select coalesce(sum("RKJE"), 0) from tax_bank."GK_RKLS" where "ZSXM_DM" = '10201'"""
    )
    assert float(stated[0][0]) == pytest.approx(2400 + change)  # type: ignore[arg-type]


def test_a_new_agreement_that_is_verified_later(payer: World) -> None:
    acts.perform(
        payer,
        "agreement_not_verified",
        "select taxpayer_key from world.taxpayer",
        why="elsewhere",
        on="2026-06-10",
        until="2026-06-16",
    )
    state = """select "YZZT_DM" from tax_core."SF_SFXY" order by "XYXH" """
    assert known(payer, "2026-06-15", state) == [("1",), ("2",)]
    assert known(payer, "2026-06-16", state) == [("1",), ("1",)]
    assert known(payer, "2026-06-16", """select count(*) from tax_bank."XY_YZJG" where "YZJG_DM" = '2'""") == [(2,)]

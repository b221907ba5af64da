"""What goes wrong between tickets, banks and treasury around the anchor day, and what only looks like it."""

from typing import TYPE_CHECKING

from simulator import acts, plan
from simulator.acts.bank import note_refused_debits
from simulator.parts.bank.subjects import Subjects

if TYPE_CHECKING:
    from simulator.part import Block
    from simulator.world import World

TRIES = "select 1 from world.deduction d where d.bill_key = b.bill_key"
BATCH = f"""b.channel_code = '2' and exists ({TRIES} and d.kind_code = '2' and d.return_code = '90000')
    and not exists ({TRIES} and d.return_code <> '90000')"""
DIRECT = "b.channel_code = '1' and not b.is_annuity and (select count(*) from world.deduction d where d.bill_key = b.bill_key) = 1"


def tell(world: "World", block: "Block") -> None:
    """Plant the cases of banks and treasury. The last: every debit that a bank refused and that was not made good the same day."""
    pick = Subjects(world, block)
    _batches(world, pick)
    _answers(world, pick)
    _cash(world, pick)
    _vouchers(world, pick)
    _treasury(world, pick)
    _agreements(world, pick)
    note_refused_debits(world)


def _batches(world: "World", pick: Subjects) -> None:
    first, second = plan.batch_days(world, f"'{pick.period(0)}'")
    second_day = world.value(f"select {second}")
    void_day, paid_day = world.rows(f"select workday_after({second}, 1), workday_after({second}, 2)")[0]
    on_first = f"{BATCH} and b.pay_on = {first}"
    acts.perform(world, "batch_not_sent", pick.bills(1, on_first))
    acts.perform(world, "batch_not_sent", pick.bills(1, on_first), void_on=void_day, paid_on=paid_day)
    later = pick.bills(1, on_first)
    acts.perform(world, "batch_not_sent", later, sent_on=second_day)
    world.note_near_miss("A8.2", later, "sent with the second batch")
    world.note_near_miss(
        "A8.2",
        f"""select bill_key from world.deduction where kind_code = '2' and seq = 2 and sent_at::date = date '{second_day}'
        order by chance(bill_key, 'near') limit 3""",
        "refused, listed again and sent",
    )
    for offset, until in ((0, None), (0, 3), (-1, None), (-2, -20)):
        tries = plan.batch_days(world, f"'{pick.period(offset)}'")
        days = world.rows(f"select {tries[0]}, {tries[1]}, workday_after({tries[1]}, 1), workday_after({tries[1]}, 2)")[
            0
        ]
        left = pick.bills(1, f"{BATCH} and b.pay_on in ({tries[0]}, {tries[1]})", offset=offset, lane="left")
        acts.perform(
            world, "batch_refused", left, first_on=days[0], second_on=days[1], void_on=days[2], paid_on=days[3]
        )
        acts.perform(world, "batch_item_left", left, until=None if until is None else pick.day(until))
    month = f"{pick.period(0)[:4]}-{pick.period(0)[4:]}"
    world.note_near_miss(
        "A7.6",
        f"""select bill_key from world.ticket where channel_code = '2' and voided_at >= timestamp '{month}-01 00:00:00'
            and voided_at < timestamp '{pick.day(0)} 00:00:00' and ticket_no not in (select ticket_no from world.batch_left)
            and ticket_no in (select ticket_no from world.deduction)""",
        "failed, and taken off the list the day after",
    )


def _answers(world: "World", pick: Subjects) -> None:
    answered = pick.bills(1, f"{DIRECT} and b.pay_on between date '{pick.day(-9)}' and date '{pick.day(-5)}'")
    acts.perform(world, "answer_late", answered, on=pick.day(-3))
    world.note_near_miss("A4.6.2", answered, "the answer came some days late")
    acts.perform(
        world,
        "answer_late",
        pick.bills(1, f"{DIRECT} and b.pay_on between date '{pick.day(-3)}' and date '{pick.day(-1)}'"),
        on=pick.day(2),
    )
    answered = pick.bills(1, f"{DIRECT} and b.pay_on between date '{pick.day(-16)}' and date '{pick.day(-10)}'")
    acts.perform(world, "answer_late", answered, on=pick.day(-8))
    world.note_near_miss("A4.6.2", answered, "the answer came some days late")
    early = f"{DIRECT} and b.pay_on < date '{pick.day(-4)}'"
    for code in ("24009", "24011", "94053"):
        acts.perform(world, "invoice_not_paid", pick.bills(1, early), code=code)
    acts.perform(world, "invoice_not_paid", pick.bills(1, early), code="24007", paid_on=pick.day(2))
    for kind, difference in (("missing", None), ("amount", -90.0), ("twice", None), ("deducted", None)):
        acts.perform(world, "tips_differs", pick.bills(1, early), kind=kind, difference=difference)
    several = f"{early} and (select count(*) from world.bill_item i where i.bill_key = b.bill_key) > 1"
    acts.perform(world, "settled_in_part", pick.bills(1, several))
    acts.perform(world, "tips_differs", pick.bills(1, early, offset=-1), kind="twice")
    world.note_near_miss(
        "A12.3",
        f"""select bill_key from world.deduction where kind_code = '1' and returned_at::date between date '{pick.day(-8)}' and date '{pick.day(-2)}'
            and return_code = '24007' and chance(bill_key, 'near') < 0.2 and bill_key in (select bill_key from world.deduction where return_code = '90000')
            and deduction_key not in (select deduction_key from world.tips_case)""",
        "a refused try and a good one, known to both sides alike",
    )  # fmt: skip


def _cash(world: "World", pick: Subjects) -> None:
    usual = f"{DIRECT} and b.pay_on between date '{pick.day(-12)}' and date '{pick.day(-1)}'"
    acts.perform(world, "cash_not_summed", pick.bills(2, usual))
    acts.perform(world, "cash_not_summed", pick.bills(1, usual), until=pick.day(3))
    acts.perform(world, "cash_not_summed", pick.bills(1, DIRECT, offset=-1))
    healed = pick.bills(1, f"{DIRECT} and b.pay_on between date '{pick.day(-12)}' and date '{pick.day(-8)}'")
    acts.perform(world, "cash_not_summed", healed, until=pick.day(-5))  # summed up late, before the month's end
    near = pick.bills(2, usual)
    acts.perform(world, "paid_in_cash", near)
    receipts = f"select '45' || substr(ticket_no, 3) from world.ticket where bill_key in ({near})"
    world.note_near_miss("A7.3", receipts, "summed up and remitted the same evening")


def _vouchers(world: "World", pick: Subjects) -> None:
    usual = f"{DIRECT} and b.pay_on between date '{pick.day(-12)}' and date '{pick.day(-5)}'"
    acts.perform(world, "voucher_not_obtained", pick.bills(2, usual))
    acts.perform(world, "voucher_not_obtained", pick.bills(1, usual), until=pick.day(2))
    acts.perform(world, "voucher_not_obtained", pick.bills(1, usual), until=pick.day(-3))
    world.note_near_miss(
        "A4.4.1",
        f"""select bill_key from world.ticket join world.bill using (bill_key)
        where ticket.channel_code = '3' and not is_annuity and issued_at >= timestamp '{pick.day(-250)} 00:00:00'
            and chance(ticket_no, 'voucher retry') < (select max(value) from world.bank_setting where name = 'voucher_retry_share')
            and bill_key not in (select bill_key from world.ticket join world.voucher_failure using (ticket_no))""",
        "a number came at the second try",
    )  # fmt: skip


def _treasury(world: "World", pick: Subjects) -> None:
    early = f"{DIRECT} and b.pay_on < date '{pick.day(-6)}'"
    acts.perform(world, "treasury_states", pick.bills(1, early), kind="missing")
    acts.perform(world, "treasury_states", pick.bills(1, early), kind="amount", difference=0.3)
    acts.perform(world, "treasury_states", pick.bills(1, early), kind="doubled")
    acts.perform(world, "treasury_states", pick.bills(1, early), kind="shifted", on=pick.day(2))
    last = f"{DIRECT} and b.pay_on >= date '{pick.day(-22)}' - 14 and extract(day from b.pay_on) > 24"
    acts.perform(
        world, "treasury_states", pick.bills(1, last, offset=-1), kind="shifted", on=pick.day(-15)
    )  # into the next month
    near = pick.bills(1, f"{DIRECT} and b.pay_on = date '{pick.day(0)}'")
    world.note_near_miss("A13.1", near, "collected on the last day of the month, settled and stated in the next month")


def _agreements(world: "World", pick: Subjects) -> None:
    for why, on, until in (
        ("name", -9, None),
        ("elsewhere", -7, None),
        ("abc", -6, None),
        ("account", -5, None),
        ("name", -12, 2),
        ("account", -3, 1),
    ):
        acts.perform(
            world, "agreement_not_verified", pick.taxpayers(1), why=why, on=pick.day(on), until=None if until is None else pick.day(until)
        )  # fmt: skip
    near = pick.taxpayers(1)
    acts.perform(world, "agreement_not_verified", near, why="account", on=pick.day(-20), until=pick.day(-18))
    world.note_near_miss(
        "A4.3.1", f"select agreement_key from world.agreement where taxpayer_key in ({near}) and verify_code = '2'",
        "verified two days later",
    )  # fmt: skip
    near = pick.taxpayers(1)
    acts.perform(world, "agreement_not_verified", near, why="abc", on=pick.day(-15))
    given_up = f"select agreement_key from world.agreement where taxpayer_key in ({near}) and verify_code = '2'"
    acts.perform(world, "agreement_ended", given_up, on=pick.day(-11))
    world.sql(
        f"""update world.truth set visible_to = date '{pick.day(-11)}'
        where rule_id = 'A4.3.1' and subject_key in ({given_up})"""
    )
    world.note_near_miss("A4.3.1", given_up, "ended instead")

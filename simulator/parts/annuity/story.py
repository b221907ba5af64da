"""What goes wrong with occupational annuity around the anchor day, and what only looks like it."""

from typing import TYPE_CHECKING

from simulator import acts
from simulator.acts.annuity import REFUSED, note_refused_annuity
from simulator.parts.bank.subjects import Subjects

if TYPE_CHECKING:
    from simulator.part import Block
    from simulator.world import World

SIGNED = "exists (select 1 from world.annuity_agreement a where a.registration_key = {alias}.registration_key{way})"
COLLECTED = SIGNED.format(alias="r", way=" and a.way_code = '2'")
PAID = "b.is_annuity and exists (select 1 from world.ticket_item i where i.bill_key = b.bill_key and i.remitted_at is not null)"


def tell(world: "World", block: "Block") -> None:
    """Plant the cases of annuity: whole registrations first, then bills, then agreements that move."""
    pick = Subjects(world, block, files_only=True)
    _collections(world, pick)
    _transfers(world, pick)
    _debits(world, pick)
    _unsplit(world, pick)
    _moves(world, pick)
    _healed(world, pick)
    _good_in_the_end(world)
    told = "select subject_key from world.truth where rule_id in ('A5.2', 'A5.3')"
    note_refused_annuity(world, f"select bill_key from ({REFUSED}) where bill_key not in ({told})")


def _collections(world: "World", pick: Subjects) -> None:
    months = [pick.period(offset) for offset in range(-5, 1)]
    day = pick.day
    acts.perform(
        world, "annuity_refused", pick.registrations(1, COLLECTED), periods=months[-3:], code="24007", leaves_open=True
    )
    acts.perform(world, "annuity_refused", pick.registrations(1, COLLECTED), periods=months[-4:], code="24004")
    near = pick.registrations(1, COLLECTED)
    acts.perform(world, "annuity_refused", near, periods=[months[-4], months[-3], months[-1]], code="24007")
    world.note_near_miss("A8.8", near, "a month that succeeded lies between the failed ones")
    for reason, since, until in (
        ("association_changed", -30, None), ("not_verified", -10, None), ("verification_failed", -9, None), ("verification_failed", -12, 3),
    ):  # fmt: skip
        acts.perform(
            world, "annuity_not_collected", pick.registrations(1, COLLECTED), reason=reason, since=day(since), periods=months[-1:],
            until=None if until is None else day(until),
        )  # fmt: skip
    world.note_near_miss(
        "A5.1",
        """select agreement_key from world.annuity_check where kind_code = '1' group by agreement_key having count(*) = 2
            and max_by(return_code, sent_at) = '90000'""",
        "verified at the second try, half an hour later",
    )


def _transfers(world: "World", pick: Subjects) -> None:
    day = pick.day
    for kind, difference, on, reversed_on in (
        ("twice", None, None, None), ("missing", None, None, None), ("amount", -150.0, None, None), ("own", None, day(-6), None),
        ("own", 80.5, day(-5), None), ("twice", None, None, day(2)), ("twice", None, None, day(-17)),
    ):  # fmt: skip
        found = pick.bills(1, PAID, offset=-1, lane="last month")
        acts.perform(
            world, "annuity_transfer_differs", found, kind=kind, difference=difference, on=on, reversed_on=reversed_on
        )
        if kind == "twice" and reversed_on is not None and reversed_on <= day(0):
            world.note_near_miss("A13.5", found, "reversed since")
        if kind == "own":
            world.note_near_miss("A13.5", found, "paid in by the unit itself, debited by nobody")


def _debits(world: "World", pick: Subjects) -> None:
    day = pick.day
    early = f"{PAID} and b.pay_on < date '{day(-4)}' and {SIGNED}"
    for way, code, paid_on, void_on in (
        ("2", "24007", None, None), ("1", "24001", None, None), ("1", "24007", day(2), None), ("2", "94053", None, day(-2)), ("2", "24007", day(-2), None),
        ("1", "24011", None, None), ("2", "24004", day(1), None),
    ):  # fmt: skip
        found = pick.bills(1, early.format(alias="b", way=f" and a.way_code = '{way}'"), lane="this month")
        acts.perform(world, "annuity_debit_fails", found, code=code, paid_on=paid_on, void_on=void_on)


def _healed(world: "World", pick: Subjects) -> None:
    """Whole units last of all: what only looks like a finding takes those that are left."""
    months = [pick.period(offset) for offset in range(-5, 1)]
    day = pick.day
    near = pick.registrations(1, COLLECTED)
    acts.perform(world, "annuity_refused", near, periods=months[-3:-1], code="24007")
    world.note_near_miss("A8.8", near, "failed two months, and not in the last one")
    for reason, since, until in (("association_changed", -14, -11), ("verification_failed", -15, -12)):
        near = pick.registrations(1, COLLECTED)
        acts.perform(world, "annuity_not_collected", near, reason=reason, since=day(since), periods=months[-1:], until=day(until))  # fmt: skip
        world.note_near_miss("A8.6", near, "verified again in time and collected")
        stands = f"select agreement_key from world.annuity_agreement where registration_key in ({near})"
        world.note_near_miss("A5.1", stands, "verified again")
        world.note_near_miss("A13.6", stands, "verified again")


def _good_in_the_end(world: "World") -> None:
    """Refused once and debited at the next try: nothing to look into."""
    for rule_id in ("A5.2", "A5.3", "A13.4"):
        world.note_near_miss(
            rule_id,
            """select bill_key from world.deduction where kind_code = '5' group by bill_key
            having count(*) filter (where return_code <> '90000') > 0 and max_by(return_code, sent_at) = '90000'
            order by chance(bill_key, 'near') limit 4""",
            "refused once, debited at the next try",
        )


def _unsplit(world: "World", pick: Subjects) -> None:
    for sent, is_intercepted in ((-4, True), (-2, True), (-3, False), (1, True)):
        found = pick.registrations(1, SIGNED.format(alias="r", way=""), lane="not split")
        acts.perform(
            world, "annuity_not_split", found, sent=pick.day(sent), is_intercepted=is_intercepted
        )  # fmt: skip
        apart = f"select bill_key from world.bill where is_annuity and period = '{pick.period(0)}' and registration_key in ({found})"
        world.note_near_miss("A5.4", apart, "annuity in a bill of its own, pension in another of the same unit")


def _moves(world: "World", pick: Subjects) -> None:
    day = pick.day
    for outcome, on, moved_on, reason in (
        ("missing", -4, None, None), ("late", -6, 2, None), ("deviating", -8, None, None), ("blocked", -7, None, "协议无效"),
        ("blocked", -10, None, "托收单位信息缺失"), ("blocked", -12, None, "关联关系与新户籍不一致"), ("moved", -5, None, None),
    ):  # fmt: skip
        found = pick.registrations(1, SIGNED.format(alias="r", way=""), lane="moves")
        acts.perform(
            world, "annuity_account_moves", found, on=day(on), outcome=outcome, reason=reason,
            moved_on=None if moved_on is None else day(moved_on),
        )  # fmt: skip
        if outcome == "moved":
            world.note_near_miss("A5.5", found, "moved in the night after the account changed")
            earlier = f"select registration_key from world.annuity_move where changed_at < timestamp '{day(-30)}'"
            world.note_near_miss("A5.5", earlier, "changed the account and moved long ago")

"""The second story of the tax core: near-misses of the rules on registrations, failed returns, names that resemble."""

from typing import TYPE_CHECKING

from simulator import acts
from simulator.acts.upkeep import note_not_resent
from simulator.parts.tax_registry.cast import Cast, Newcomer, Notice

if TYPE_CHECKING:
    from simulator.world import World

LAST_AUTUMN = "2025-09-08"
NAMES = ("suffix", "place", "typo", "former")
NEWCOMERS = [
    Newcomer("nodata2", "2025-03-12"), Newcomer("solved", LAST_AUTUMN), Newcomer("again", LAST_AUTUMN),
    Newcomer("push4", -6), Newcomer("front4", -6), Newcomer("fail3", -6, departments=("NHSA",)), Newcomer("bureau3", -6),
    Newcomer("never", LAST_AUTUMN), *[Newcomer(f"name_{how}", LAST_AUTUMN, departments=("NHSA",)) for how in NAMES],
    *[Newcomer(f"failed{n}", LAST_AUTUMN) for n in (1, 2, 3)], Newcomer("booked", LAST_AUTUMN, channel="2"),
    Newcomer("type3", LAST_AUTUMN),
]  # fmt: skip
SOCIAL, MEDICAL = ("10202", "10204"), ("10203", "10299-03")
NOTICES = [
    Notice("failed1", 1, "HRSS", -31, SOCIAL), Notice("failed1", 1, "NHSA", -31, MEDICAL), Notice("failed1", 2, "NHSA", -12, MEDICAL),
    Notice("failed2", 1, "HRSS", -31, SOCIAL), Notice("failed2", 2, "HRSS", -12, ("10204",)), Notice("failed2", 1, "NHSA", -31, MEDICAL),
    Notice("failed3", 1, "HRSS", -12, SOCIAL), Notice("failed3", 1, "NHSA", -31, MEDICAL),
    Notice("booked", 1, "HRSS", -14, SOCIAL), Notice("booked", 1, "NHSA", -14, MEDICAL),
]  # fmt: skip


def tell(world: "World", cast: Cast) -> None:
    """What befalls them."""
    day = cast.day
    for department in ("HRSS", "NHSA"):
        world.note_near_miss("A2.04", cast.registrations("nodata2", department), "not yet long enough without a bill")
        acts.perform(world, "not_associated", cast.registrations("never", department))
    _checks(world, cast)
    _ways(world, cast)
    _returns(world, cast)
    for how in NAMES:
        acts.perform(world, "name_resembles", cast.registrations(f"name_{how}", "NHSA"), how=how)
    world.sql(
        f"""update world.taxpayer set bureau_code = '14501002000', office_code = null
        where taxpayer_key in ({cast.taxpayers("bureau3")})"""
    )
    acts.perform(world, "no_bureau", cast.registrations("bureau3", "NHSA"), proposable=False)
    world.note_near_miss("A2.05", cast.registrations("bureau3", "NHSA"), "its taxpayer is under the second branch")
    acts.perform(world, "registration_ended", cast.registrations("type3", "NHSA"), on=day(-15))
    acts.perform(world, "unit_type_differs", cast.registrations("type3", "NHSA"), seen=False)
    world.note_near_miss("A9.9", cast.taxpayers("type3"), "the registration of the other type has ended")
    _bookings(world, cast)


def _bookings(world: "World", cast: Cast) -> None:
    """Booked with an office of the own bureau, or with a bill of another agency, and generated all the same."""
    agency = "4500000201450000"
    world.sql(f"update world.bill set agency_code = '{agency}' where bill_key in ({cast.bills('booked', 'NHSA', 1)})")
    for department, bureau, why in (
        ("HRSS", "r.office_code", "booked with an office of its own bureau, and generated"),
        ("NHSA", "r.bureau_code", "a bill of another agency, and generated all the same"),
    ):
        bills = cast.bills("booked", department, 1)
        world.sql(
            f"""
            delete from world.booking where (registration_key, period) in (select registration_key, period from world.bill where bill_key in ({bills}));
            insert into world.booking
            select registration_key, b.period, {bureau}, r.agency_code, {at_clock(cast.day(-13), "09:20:00")}, {at_clock(cast.day(-9), "08:05:00")}, 'Y', null
            from world.bill as b join world.registration as r using (registration_key) where b.bill_key in ({bills})
            """
        )
        world.note_near_miss(
            "B3.4", f"select registration_key || '|' || period from world.bill where bill_key in ({bills})", why
        )


def at_clock(day: str, clock: str) -> str:
    """SQL of a moment."""
    return f"timestamp '{day} {clock}'"


def _checks(world: "World", cast: Cast) -> None:
    day = cast.day
    solved = cast.registrations("solved", "HRSS")
    acts.perform(world, "check_solved", solved, check="R04", on=day(-9), solved=day(-7))
    world.note_near_miss("A2.01", solved, "the check was solved")
    again = cast.registrations("again", "NHSA")
    acts.perform(world, "association_cancelled", again, on=day(-9))
    acts.perform(world, "check_solved", again, check="R02", on=day(-8), solved=day(-6))
    acts.perform(world, "tied_anew", again, on=day(-6))
    world.note_near_miss("A2.01", again, "tied anew since")
    for tag, why in (("refuse4", "a check is open"), ("refuse5", "no taxpayer in order")):
        for department in ("HRSS", "NHSA"):
            world.note_near_miss("A2.03", cast.registrations(tag, department), why)
    world.note_near_miss("A2.03", cast.registrations("type2", "NHSA"), "a clerk has cancelled the tie")


def _ways(world: "World", cast: Cast) -> None:
    """On their way, and called back: whoever was ended by the department waits for nobody."""
    day = cast.day
    for tag, rule, act in (("push4", "A2.07", "push_not_shared"), ("front4", "A2.08", "shared_not_in_front")):
        registrations = cast.registrations(tag, "NHSA")
        acts.perform(world, act, registrations, planted=False)
        acts.perform(world, "registration_ended", registrations, on=day(-3))
        world.note_near_miss(rule, registrations, "ended by the department meanwhile")
    withdrawn = cast.registrations("fail3", "NHSA")
    acts.perform(world, "front_registration_fails", withdrawn, reason="未分配科所", planted=False)
    world.sql(
        f"""
        update world.registration set base_withdrawn_at = {at_clock(day(-4), "16:10:00")} where registration_key in ({withdrawn});
        update world.enrolment set withdrawn_at = {at_clock(day(-4), "16:10:00")} where registration_key in ({withdrawn});
        """
    )
    world.note_near_miss("A2.09", withdrawn, "withdrawn by the department")
    world.note_near_miss("A2.09", cast.registrations("fail1", "NHSA"), "processed")
    world.note_near_miss("B3.3", cast.registrations("fail1", "HRSS"), "no section, which another rule tells")
    world.note_near_miss("B3.3", cast.registrations("push1", "NHSA"), "pushed, and lost before the front database")
    world.note_near_miss("B3.1", cast.bills("untied", "HRSS", 2), "fails for want of an association")
    world.note_near_miss("B3.1", cast.bills("section", "HRSS", 1), "never pushed, so it did not fail")


def _returns(world: "World", cast: Cast) -> None:
    day = cast.day
    failed = [
        cast.bills("failed1", "HRSS", 1), cast.bills("failed1", "NHSA", 1), cast.bills("failed2", "HRSS", 1),
        cast.bills("failed2", "NHSA", 1), cast.bills("failed3", "HRSS", 1), cast.bills("failed3", "NHSA", 1),
    ]  # fmt: skip
    for bills in failed:
        acts.perform(world, "returned_failed", bills, on=day(-20 if bills is not failed[4] else -8))
    # a re-assessment under a new serial is for the month of the failed bill
    for again, first in ((cast.bills("failed1", "NHSA", 2), failed[1]), (cast.bills("failed2", "HRSS", 2), failed[2])):
        world.sql(
            f"""update world.bill set period = first.period from (select employer_key, period from world.bill where bill_key in ({first})) as first
            where bill.employer_key = first.employer_key and bill.bill_key in ({again})"""
        )
    acts.perform(world, "bill_voided", failed[3], on=day(-10))
    world.note_near_miss("A1.14", failed[1], "assessed anew under another serial")
    world.note_near_miss("A1.14", failed[3], "voided by the department")
    world.note_near_miss("A1.14", failed[4], "sent this month: the month after is not over")
    for bills in (failed[0], failed[2], failed[5]):
        note_not_resent(world, bills)

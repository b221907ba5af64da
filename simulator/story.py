"""The story of the demo city: which anomalies and near-misses are planted, on whom, and when, around the anchor day."""

from typing import TYPE_CHECKING, Any

from common.calendar import add_workdays
from simulator import acts, plan
from simulator.world import Sql, quoted

if TYPE_CHECKING:
    from simulator.part import Block
    from simulator.world import World

SPECIAL = 9  # bill number of the special bills of the story


class Cast:
    """Picks subjects for the acts: repeatable, each at most once, and never such as depend on the horizon."""

    def __init__(self, world: "World", block: "Block") -> None:
        self.world = world
        self.block = block
        self.anchor = world.params.anchor
        self.used: dict[str, set[str]] = {"file": set(), "agreement": set()}
        self.disturbed: set[str] = set()  # their bills do not go the usual way
        self.moved: set[str] = set()  # a registration of theirs is kept by another bureau
        self.used_bills: set[str] = set()
        self.size = int(world.value("select count(*) from world.employer"))
        world.sql(
            f"""
            create or replace temp table candidate as
            select e.*, exists (select 1 from world.agreement a join world.taxpayer t using (taxpayer_key)
                where t.employer_key = e.employer_key) as has_agreement
            from world.employer as e
            where is_prompt and closed_on is null and not has_project
                and opened_on < month_first('{world.scale.history_start}') - 40
            """
        )

    def day(self, offset: int) -> str:
        """The working day `offset` days from the anchor (0: the anchor or the next one)."""
        return add_workdays(self.anchor, offset).isoformat()

    def period(self, offset: int) -> str:
        """The period `offset` months from the anchor's."""
        months = self.anchor.year * 12 + self.anchor.month - 1 + offset
        return f"{months // 12}{months % 12 + 1:02d}"

    def count(self, base: int) -> int:
        """How many of a case: `base` in a small city, many in the city's told block."""
        return self.block.cases(base)

    def employers(self, base: int, where: str = "true", *, lane: str = "file", disturbs: bool = False,
                  moves: bool = False, even: bool = False) -> str:  # fmt: skip
        """Take employers of a lane (their files, their agreements), each once; a select of their keys."""
        number = self.count(base) // 2 * 2 if even else self.count(base)
        taken = self.used[lane] | (self.disturbed | self.moved if lane != "file" else set())
        found = [
            row[0]
            for row in self.world.rows(
                f"select employer_key from candidate where ({where}) and employer_key not in ({_set(taken)}) "
                f"order by chance(employer_key, 'cast {lane}'), employer_key limit {number}"
            )
        ]
        self.used[lane].update(found)
        if disturbs:
            self.disturbed.update(found)
        if moves:
            self.moved.update(found)
        return _keys(found)

    def registrations(self, employers: str, department: str) -> str:
        """The ordinary registrations of employers at a department."""
        return (f"select registration_key from world.registration where department_code = '{department}' "
                f"and employer_key in ({employers})")  # fmt: skip

    def taxpayers(self, employers: str) -> str:
        """The taxpayers of employers."""
        return f"select taxpayer_key from world.taxpayer where employer_key in ({employers})"

    def agreements(self, employers: str) -> str:
        """The agreements of employers."""
        return f"select agreement_key from world.agreement join world.taxpayer using (taxpayer_key) where employer_key in ({employers})"

    def bills(self, base: int, offset: int = 0, where: str = "true", *, items: int = 1) -> str:
        """Take monthly bills of a period, each once, of employers whose way is undisturbed; a select of their keys.

        items: they have at least so many.
        """
        several = (
            f"and b.bill_key in (select bill_key from world.bill_item group by bill_key having count(*) >= {items})"
        )
        found = [
            row[0]
            for row in self.world.rows(
                f"""
                select b.bill_key from world.bill as b join candidate as c using (employer_key)
                where b.period = '{self.period(offset)}' and b.bill_no in (1, 5, 6) and b.pay_on is not null and ({where})
                    {several if items > 1 else ""}
                    and b.bill_key not in ({_set(self.used_bills)})
                    and c.employer_key not in ({_set(self.disturbed)})
                order by chance(b.bill_key, 'cast'), b.bill_key limit {self.count(base)}
                """
            )
        ]
        self.used_bills.update(found)
        return _keys(found)

    def specials(self, base: int, sent: str, pay_on: str | None = None, department: str | None = None) -> str:
        """New special bills (特殊缴费) sent on a day, planned as usual; a select of their keys."""
        period = sent[:4] + sent[5:7]
        department = department or ("HRSS" if len(self.used_bills) % 2 else "NHSA")
        taken = _set(self.disturbed)
        self.world.sql(
            f"""
            create or replace temp table special as
            select r.registration_key, r.employer_key from world.registration as r join candidate as c using (employer_key)
            where r.department_code = '{department}' and c.employer_key not in ({taken})
                and not exists (select 1 from world.bill b where b.registration_key = r.registration_key
                    and b.period = '{period}' and b.bill_no = {SPECIAL})
            order by chance(r.registration_key, 'special {period}'), r.registration_key limit {self.count(base)}
            """
        )
        pay = f"date '{pay_on}'" if pay_on else "null"
        amount = "cents(300 + 1500 * chance(registration_key, 'special amount {n}'))"
        items = ("10202", "10204") if department == "HRSS" else ("10203", "10299-03")
        self.world.add_bills(
            f"""select registration_key, '{period}' as period, {SPECIAL} as bill_no, '3' as origin_code,
                moment(date '{sent}', chance(registration_key, 'special sent'), 530, 700) as summary_sent_at, {pay} as pay_on,
                '1' as channel_code from special""",
            items=" union all ".join(
                f"""select registration_key, '{period}' as period, {SPECIAL} as bill_no, '{item}' as insurance_code,
                    {amount.format(n=n)} as unit_amount, {amount.format(n=n + 10) if department == "NHSA" else "0"} as person_amount
                from special"""
                for n, item in enumerate(items)
            ),
        )
        found = [row[0] for row in self.world.rows("select key from new_bill order by key")]
        self.used_bills.update(found)
        return _keys(found)

    def newcomers(self, tag: str, base: int, registrations: list[dict[str, Any]]) -> str:
        """New employers with registrations sent on given days; a select of their keys."""
        number = self.count(base)
        opened = min(str(row["base_sent_at"])[:10] for row in registrations)
        self.world.sql(
            f"""
            create or replace temp table newcomer as
            select 'N{tag}-' || k as employer_key, town_code, district_code, bureau_code, office_code,
                '南宁' || make_brand('{tag}' || k) || trade || '有限公司' as name, date '{opened}' - 12 as opened_on
            from range(1, {number} + 1) as r(k)
            join (select *, row_number() over (order by town_code) as i from town) as towns
                on towns.i = 1 + chance_int('{tag}' || k, 'newcomer town', 0, 137)
            join trade on trade.n = chance_int('{tag}' || k, 'newcomer trade', 0, 10)
            """
        )
        self.world.add_employers("newcomer")
        rows = " union all ".join(
            f"""select employer_key, '{row["department_code"]}' as department_code,
                timestamp '{row["base_sent_at"]}' as base_sent_at, {bool(row.get("is_project"))} as is_project
            from newcomer"""
            for row in registrations
        )
        self.world.sql(f"create or replace temp table newcomer_file as {rows}")
        self.world.add_registrations("newcomer_file")
        return _keys([row[0] for row in self.world.rows("select employer_key from newcomer order by 1")])


def _set(keys: set[str]) -> str:
    return quoted(["", *sorted(keys)])


def _keys(found: list[str]) -> str:
    if not found:
        return "select null::varchar as key where false"
    return "select unnest([" + quoted(found) + "]) as key"


def tell(world: "World", block: "Block") -> None:
    """Plant everything. Scarce subjects first; files before bills, for a disturbed file's bills are left alone."""
    cast = Cast(world, block)
    _batch_refusals(world, cast)
    _inactive_taxpayers(world, cast)
    _missing_registrations(world, cast)
    _incomplete_registrations(world, cast)
    _unread_registrations(world, cast)
    _names(world, cast)
    _associations(world, cast)
    _agreements(world, cast)
    _unread_bills(world, cast)
    _incomplete_bills(world, cast)
    _unknown_employers(world, cast)
    _twins(world, cast)
    _front(world, cast)
    _unpaid_invoices(world, cast)
    _part_payments(world, cast)
    _returns(world, cast)
    _breaks(world, cast)


def _batch_refusals(world: "World", cast: Cast) -> None:
    months = [cast.period(offset) for offset in range(-5, 1)]

    def refuse(base: int, chosen: list[str], department: str, code: str) -> str:
        calm = f"""channel_code = '2' and employer_key not in (select b.employer_key from world.ticket t
            join world.bill b using (bill_key) where b.period in ({quoted(months)}) and t.voided_at is not null)"""
        found = cast.registrations(cast.employers(base, calm, disturbs=True), department)
        acts.perform(world, "bank_refuses", found, periods=chosen, code=code)
        return found

    refuse(1, months[-3:], "HRSS", "24007")
    refuse(1, months[-3:], "NHSA", "24009")
    refuse(1, months[-5:], "HRSS", "24001")
    near = refuse(1, [months[0], months[1], months[3], months[4]], "HRSS", "24007")
    world.note_near_miss("A8.4", near, "a month that succeeded lies between the failed ones")
    near = refuse(1, months[-2:], "NHSA", "24007")
    world.note_near_miss("A8.4", near, "two months only")


def _inactive_taxpayers(world: "World", cast: Cast) -> None:
    def strike(base: int, offset: int, status: str) -> str:
        found = cast.taxpayers(cast.employers(base, disturbs=True))
        month = cast.period(offset)
        acts.perform(world, "taxpayer_struck_off", found, on=f"{month[:4]}-{month[4:]}-18", status=status)
        return found

    strike(2, -3, "07")
    strike(1, -4, "05")
    strike(1, -1, "07")  # its second month of paying comes after the anchor
    world.note_near_miss("A9.8", strike(1, 0, "07"), "paid in the month of its deregistration and before")
    employers = cast.employers(1, disturbs=True)
    month = cast.period(-1)
    for department in ("HRSS", "NHSA"):
        acts.perform(
            world, "registration_ended", cast.registrations(employers, department), on=f"{month[:4]}-{month[4:]}-26"
        )
    world.sql(f"delete from world.truth where act = 'registration_ended' and subject_key in "
              f"(select registration_key from world.registration where employer_key in ({employers}))")  # fmt: skip
    month = cast.period(-2)
    acts.perform(world, "taxpayer_struck_off", cast.taxpayers(employers), on=f"{month[:4]}-{month[4:]}-18")
    world.note_near_miss("A9.8", cast.taxpayers(employers), "one month of paying after the deregistration")
    world.note_near_miss("A1.04", cast.registrations(employers, "NHSA"), "both registrations ended")
    world.note_near_miss("A1.05", cast.registrations(employers, "HRSS"), "both registrations ended")


def _missing_registrations(world: "World", cast: Cast) -> None:
    day = cast.day
    for department, other in (("NHSA", "HRSS"), ("HRSS", "NHSA")):
        rule = "A1.04" if department == "NHSA" else "A1.05"
        acts.perform(world, "registered_only_with", cast.employers(2, disturbs=True), department=department)
        ended = cast.employers(1, disturbs=True)
        acts.perform(world, "registration_ended", cast.registrations(ended, other), on=day(-17))
        ended = cast.employers(1, disturbs=True)  # ripens after the anchor
        acts.perform(world, "registration_ended", cast.registrations(ended, other), on=day(2))
        # alone since a few days: a finding only after the anchor
        late = cast.newcomers(f"{rule}L", 1, [{"department_code": department, "base_sent_at": f"{day(-4)} 09:10:00"}])
        acts.perform(world, "registered_only_with", late, department=department)
        waiting = cast.newcomers(
            f"{rule}W", 1,
            [{"department_code": department, "base_sent_at": f"{day(-3)} 09:10:00"},
             {"department_code": other, "base_sent_at": f"{day(1)} 09:10:00"}],
        )  # fmt: skip
        world.note_near_miss(
            rule, cast.registrations(waiting, department), "the other registration came within the delay"
        )
    only_project = cast.employers(1, "not is_institution", disturbs=True)
    acts.perform(world, "only_a_project", cast.registrations(only_project, "HRSS"))
    blank = cast.registrations(cast.employers(1), "NHSA")
    acts.perform(world, "code_blank", blank)
    world.note_near_miss("A1.04", blank, "no code, but tied to the same taxpayer")
    project = cast.newcomers(
        "P", 1, [{"department_code": "HRSS", "base_sent_at": f"{day(-30)} 09:10:00", "is_project": True}]
    )
    world.note_near_miss("A1.05", cast.registrations(project, "HRSS"), "a construction project only")


def _incomplete_registrations(world: "World", cast: Cast) -> None:
    day = cast.day
    acts.perform(world, "base_withdrawn", cast.registrations(cast.employers(1), "HRSS"), on=day(-8))
    acts.perform(world, "base_withdrawn", cast.registrations(cast.employers(1), "NHSA"), on=day(-6), until=day(2))
    acts.perform(world, "enrolment_withdrawn", cast.registrations(cast.employers(1), "NHSA"), on=day(-5))
    acts.perform(world, "enrolment_withdrawn", cast.registrations(cast.employers(1), "HRSS"), on=day(3))

    def both(tag: str, sent: str) -> str:
        return cast.newcomers(tag, 1, [{"department_code": "HRSS", "base_sent_at": f"{sent} 09:10:00"},
                                       {"department_code": "NHSA", "base_sent_at": f"{sent} 10:10:00"}])  # fmt: skip

    acts.perform(world, "enrolment_not_sent", cast.registrations(both("E1", day(-12)), "NHSA"))
    acts.perform(world, "enrolment_not_sent", cast.registrations(both("E2", day(-5)), "HRSS"), until=day(3))
    acts.perform(world, "enrolment_not_sent", cast.registrations(both("E3", day(-9)), "NHSA"), until=day(-8))
    acts.perform(world, "enrolment_not_sent", cast.registrations(both("E4", day(-1)), "HRSS"), until=day(1))


def _unread_registrations(world: "World", cast: Cast) -> None:
    day = cast.day
    for name, department, sent, until in (
        ("tax_does_not_read_base", "HRSS", -6, None),
        ("tax_does_not_read_base", "NHSA", -5, 3),
        ("tax_does_not_read_enrolment", "NHSA", -4, None),
        ("tax_does_not_read_enrolment", "HRSS", -1, 4),
        ("tax_does_not_read_base", "HRSS", -1, 1),
    ):
        acts.perform(
            world, name, cast.registrations(cast.employers(1), department),
            resent_on=day(sent), until=None if until is None else day(until),
        )  # fmt: skip


def _names(world: "World", cast: Cast) -> None:
    day = cast.day
    suffix = "ends_with(name, '有限公司') and not contains(name, '股份') and not contains(name, '（')"
    for base, sides, how, on, until, where in (
        (1, ["NHSA"], "other", -12, None, "true"),
        (1, ["NHSA"], "suffix", -9, None, suffix),
        (1, ["HRSS", "tax"], "other", -7, None, "true"),
        (1, ["tax"], "other", -15, None, "true"),
        (1, ["tax"], "suffix", -11, None, suffix),
        (1, ["NHSA"], "other", -13, 2, "true"),
        (1, ["HRSS"], "other", 2, None, "true"),
        (1, ["tax"], "other", -10, 4, "true"),
    ):
        acts.perform(
            world, "name_differs", cast.employers(base, where), sides=sides, how=how, on=day(on),
            until=None if until is None else day(until),
        )  # fmt: skip
    for sides, how, why in (
        (["NHSA"], "brackets", "brackets of another width"),
        (["HRSS"], "blanks", "blanks inside and at the ends"),
        (["tax"], "width", "letters and digits of another width"),
        (["NHSA"], "blank", "one side has no name"),
    ):
        employers = cast.employers(1)
        acts.perform(world, "name_differs", employers, sides=sides, how=how, on=day(-14))
        if sides != ["tax"]:
            world.note_near_miss("A1.10", cast.registrations(employers, "HRSS"), why)
        for department in ("HRSS", "NHSA"):
            world.note_near_miss("A1.11", cast.registrations(employers, department), why)


def _associations(world: "World", cast: Cast) -> None:
    day = cast.day

    def nhsa(base: int, where: str = "true") -> str:
        return cast.registrations(cast.employers(base, where, moves=True), "NHSA")

    acts.perform(world, "tied_to_other_taxpayer", nhsa(1), on=day(-20))
    acts.perform(world, "tied_to_other_taxpayer", nhsa(1), on=day(-15), old_number=True)
    acts.perform(world, "tied_to_other_taxpayer", nhsa(1), on=day(-18), until=day(2))
    acts.perform(world, "tied_to_other_taxpayer", nhsa(1), on=day(1))
    near = nhsa(1)
    acts.perform(world, "cancelled_tie", near, with_other_taxpayer=True, bureau="14501030000")
    world.note_near_miss("A2.11a", near, "the tie to the other taxpayer was cancelled")
    near = nhsa(1)
    acts.perform(world, "not_associated", near)
    world.note_near_miss("A2.11a", near, "not tied to any taxpayer")

    for bureau, on, until in (
        ("14501030000", -16, None),
        ("14501070000", -9, None),
        ("14501050000", -8, 3),
        ("14501080000", 2, None),
    ):
        acts.perform(
            world, "tied_under_other_bureau", nhsa(1, f"bureau_code <> '{bureau}'"), bureau=bureau, on=day(on),
            until=None if until is None else day(until),
        )  # fmt: skip
    near = nhsa(1)
    acts.perform(world, "kept_by_office", near)
    world.note_near_miss("A2.11b", near, "the office belongs to the same bureau")
    near = nhsa(1, "bureau_code <> '14501020000'")
    acts.perform(world, "cancelled_tie", near, bureau="14501020000")
    world.note_near_miss("A2.11b", near, "the tie under the other bureau was cancelled")

    for base, on, until in ((2, -14, None), (1, -7, 2), (1, 1, None)):
        acts.perform(
            world, "tied_to_second_branch", nhsa(base), on=day(on), until=None if until is None else day(until)
        )
    near = nhsa(1)
    acts.perform(world, "cancelled_tie", near)
    world.note_near_miss("A2.11c", near, "the tie at the second branch was cancelled")
    near = nhsa(1)
    acts.perform(world, "tied_to_second_branch", near, on=day(-40), until=day(-30))
    world.note_near_miss("A2.11c", near, "moved back from the second branch long ago")

    acts.perform(world, "tied_to_other_entity", nhsa(2), on=day(-11))
    acts.perform(world, "tied_to_other_entity", nhsa(1), on=day(-6), entity_type="1200")
    acts.perform(world, "tied_to_other_entity", nhsa(1), on=day(3))
    employers = cast.employers(2)
    acts.perform(world, "idle_entity", employers)
    world.note_near_miss("A2.11d", cast.registrations(employers, "HRSS"), "nothing is tied to the other entity")


def _agreements(world: "World", cast: Cast) -> None:
    day = cast.day

    def signed(base: int) -> str:
        return cast.agreements(cast.employers(base, "has_agreement", lane="agreement"))

    acts.perform(world, "agreement_signed_elsewhere", signed(2))
    acts.perform(world, "agreement_signed_elsewhere", signed(1), on=day(-5))
    acts.perform(world, "agreement_signed_elsewhere", signed(1), on=day(2))
    near = signed(1)
    acts.perform(world, "signed_with_office", near)
    world.note_near_miss("A6.1", near, "signed with the office of the same bureau")
    near = signed(1)
    acts.perform(world, "agreement_ended", near, on=day(-60))
    acts.perform(world, "agreement_signed_elsewhere", near)
    world.note_near_miss("A6.1", near, "the agreement has ended")

    def pair() -> str:
        return cast.agreements(cast.employers(2, "has_agreement", lane="agreement", even=True))

    acts.perform(world, "account_shared", pair())
    acts.perform(world, "account_shared", pair(), on=day(-7))
    acts.perform(world, "account_shared", pair(), on=day(-9), until=day(2))
    acts.perform(world, "account_shared", pair(), on=day(1))
    near = pair()
    acts.perform(world, "account_shared", near, other_bank=True)
    world.note_near_miss("A6.5", near, "the same number at two banks")
    near = pair()
    acts.perform(world, "account_shared", near, until=day(-50))
    world.note_near_miss("A6.5", near, "the other agreement has ended")
    employers = cast.employers(1, "has_agreement", lane="agreement")
    acts.perform(world, "second_agreement", cast.taxpayers(employers), signed_on=day(-25))
    world.note_near_miss("A6.5", cast.agreements(employers), "two agreements of one taxpayer")
    _twins_and_names(world, cast)


def _twins_and_names(world: "World", cast: Cast) -> None:
    """Agreements signed twice, and agreements in another name; the truth of both is noted with the lists."""
    day = cast.day

    def one(where: str = "has_agreement") -> str:
        return cast.employers(1, where, lane="agreement")

    acts.perform(world, "second_agreement", cast.taxpayers(one()), signed_on=day(-15))
    for params, why in (
        ({"other_flag": True}, "the same account with another batch flag"),
        ({"first_ends_on": day(-30)}, "the first of the two has ended"),
        ({"same_account": False}, "another account"),
    ):
        employers = one()
        acts.perform(world, "second_agreement", cast.taxpayers(employers), signed_on=day(-20), **params)
        world.note_near_miss("A6.3", cast.agreements(employers), why)
    for how in ("other", "suffix"):
        acts.perform(world, "agreement_in_name", cast.agreements(one()), how=how)
    for how, where, why in (
        ("brackets", "has_agreement", "brackets and blanks only"),
        ("blank", "has_agreement", "no name of the account"),
        ("owner", "has_agreement and unit_type_code = '92'", "a sole trader signing as its owner"),
    ):
        employers = one(where)
        acts.perform(world, "agreement_in_name", cast.agreements(employers), how=how)
        world.note_near_miss("A6.4", cast.agreements(employers), why)
    both = one()
    acts.perform(world, "second_agreement", cast.taxpayers(both), signed_on=day(-12))
    acts.perform(world, "agreement_in_name", cast.agreements(both), how="other")


def _unread(world: "World", bills: str) -> None:
    """Tax has not read these bills so far; not yet an anomaly."""
    world.sql(f"update world.bill set read_at = null where bill_key in ({bills})")
    plan.plan_from_reading(world, bills_scope(world, bills))


def bills_scope(world: "World", bills: str) -> str:
    """Keys of a select as a temp table that plan functions take."""
    return world.scope(bills, "story_bills")


def _unread_bills(world: "World", cast: Cast) -> None:
    day = cast.day
    for base, sent, until in ((2, -4, None), (1, -6, 2), (1, 0, 6), (1, -1, 1)):
        for department in ("HRSS", "NHSA"):
            bills = cast.specials(base, day(sent), pay_on=day(max(sent, 0) + 8), department=department)
            acts.perform(world, "tax_does_not_read_bill", bills, until=None if until is None else day(until))
    for name, why in (
        ("bill_withdrawn", "withdrawn by the agency before tax read it"),
        ("bill_voided", "voided by the agency"),
    ):
        bills = cast.specials(1, day(-5))
        _unread(world, bills)
        acts.perform(world, name, bills, on=day(-4))
        world.note_near_miss("A1.01", bills, why)


def _incomplete_bills(world: "World", cast: Cast) -> None:
    day = cast.day
    for table, sent, until in (
        ("summary", -4, None), ("processing", -5, None), ("detail", -3, None),
        ("processing", -6, 2), ("detail", 0, 5), ("detail", -1, 1), ("processing", -2, -1),
    ):  # fmt: skip
        bills = cast.specials(1, day(sent), pay_on=day(max(sent, 0) + 9))
        acts.perform(world, "table_not_sent", bills, table=table, until=None if until is None else day(until))
    for table in ("summary", "processing", "detail"):
        acts.perform(world, "amount_typo", cast.bills(1, -1 if table == "detail" else 0), table=table, difference=100.0)
    acts.perform(world, "detail_item_swapped", cast.specials(1, day(-7)))
    bills = cast.specials(1, day(-6))
    world.sql(f"update world.bill set detail_sent_at = null where bill_key in ({bills})")
    plan.plan_from_reading(world, bills_scope(world, bills))
    acts.perform(world, "bill_voided", bills, on=day(-6))
    world.note_near_miss("A1.07", bills, "voided, so nobody waits for its detail table")


def _unknown_employers(world: "World", cast: Cast) -> None:
    day = cast.day
    acts.perform(world, "wrong_unit_number", cast.specials(2, day(-5)))
    acts.perform(world, "wrong_unit_number", cast.bills(1))
    acts.perform(world, "wrong_unit_number", cast.specials(1, day(0)))
    acts.perform(world, "wrong_unit_number", cast.specials(1, day(-1)), void_on=day(1))
    acts.perform(world, "wrong_unit_number", cast.specials(1, day(-8)), void_on=day(-7))
    bases = (
        "select registration_key from world.registration where base_withdrawn_at is not null and base_resent_at is null"
    )
    world.note_near_miss(
        "A1.08", f"select bill_key from world.bill where period = '{cast.period(0)}' and registration_key in ({bases})",
        "the registration has enrolments, only its base row is missing",
    )  # fmt: skip


def _twins(world: "World", cast: Cast) -> None:
    day = cast.day
    acts.perform(world, "sent_twice", cast.bills(2), on=day(-6))
    acts.perform(world, "sent_twice", cast.bills(1), on=day(-9), void_on=day(2))
    acts.perform(world, "sent_twice", cast.bills(1), on=day(1))
    acts.perform(world, "sent_twice", cast.bills(1), on=day(-3), void_on=day(-3))
    acts.perform(world, "sent_twice", cast.bills(1), on=day(-10), void_on=day(-10), is_read=False)
    _same_serial_in_two_departments(world, cast)


def _same_serial_in_two_departments(world: "World", cast: Cast) -> None:
    """One notice serial used by both departments: two number ranges, no duplicate."""
    pair = cast.specials(1, cast.day(-2), department="HRSS")
    world.sql(
        f"""
        create or replace temp table pairing as
        select hrss.notice_serial, nhsa.registration_key, hrss.period from world.bill as hrss
        join world.registration as nhsa on nhsa.employer_key = hrss.employer_key and nhsa.department_code = 'NHSA'
        where hrss.bill_key in ({pair})
        """
    )
    world.add_bills(
        f"""select registration_key, period, 0 as bill_no, notice_serial, '3' as origin_code,
            timestamp '{cast.day(-2)} 10:00:00' as summary_sent_at from pairing""",
        items="select registration_key, period, 0 as bill_no, '10203' as insurance_code, 512.30 as unit_amount, 120.00 as person_amount from pairing",
    )
    both = f"select bill_key from world.bill where bill_key in ({pair}) union all select key from new_bill"
    world.note_near_miss("A1.09", both, "one serial at two departments")


def _front(world: "World", cast: Cast) -> None:
    day = cast.day
    for base, sent, until in ((2, -5, None), (1, -6, 3), (1, 0, 6)):
        acts.perform(
            world,
            "front_not_processed",
            cast.specials(base, day(sent), pay_on=day(10)),
            until=None if until is None else day(until),
        )
    bills = cast.specials(1, day(-2), pay_on=day(5))
    acts.perform(
        world, "front_not_processed", bills, until=Sql("workday_after(front_at, 1)::timestamp + interval 9 hour")
    )
    bills = cast.specials(1, day(-4))
    acts.perform(world, "front_processing_fails", bills)
    world.note_near_miss("A3.03", bills, "processed, with failure")
    bills = cast.specials(1, day(-5))
    world.sql(f"update world.bill set front_processed_at = null, written_back_at = null where bill_key in ({bills})")
    acts.perform(world, "bill_withdrawn", bills, on=day(-3))
    world.note_near_miss("A3.03", bills, "withdrawn by the agency")


def _unpaid_invoices(world: "World", cast: Cast) -> None:
    day = cast.day
    early = f"b.pay_on < date '{day(-6)}'"
    acts.perform(world, "invoice_not_paid", cast.bills(2, 0, early))
    acts.perform(world, "invoice_not_paid", cast.bills(1, 0, early), code="24007")
    acts.perform(world, "invoice_not_paid", cast.bills(1, 0, early), void_on=day(2))
    acts.perform(world, "invoice_not_paid", cast.bills(1, 0, early), paid_on=day(3))
    acts.perform(world, "invoice_not_paid", cast.bills(1, -1))
    bills = cast.bills(1, 0, early)
    acts.perform(world, "invoice_not_paid", bills, void_on=day(-3))
    world.note_near_miss("A7.2", bills, "the unpaid invoice was voided")
    bills = cast.specials(1, day(-3), pay_on=day(-1))
    acts.perform(world, "remitted_late", bills, on=day(1))
    world.note_near_miss("A7.2", bills, "deducted, remitted the next working day")
    bills = cast.specials(1, day(0), pay_on=day(3))
    acts.perform(world, "invoice_not_paid", bills, issued_on=day(3), paid_on=day(8))
    world.note_near_miss("A7.2", bills, "issued this month, before the watched days")


def _part_payments(world: "World", cast: Cast) -> None:
    day = cast.day
    early = f"b.pay_on < date '{day(-3)}' and b.channel_code <> '2'"
    acts.perform(world, "declared_in_part", cast.bills(1, 0, early, items=2))
    acts.perform(world, "remitted_in_part", cast.bills(1, 0, early, items=2))
    acts.perform(world, "second_ticket_unpaid", cast.bills(1, 0, early, items=2))
    acts.perform(world, "second_ticket_unpaid", cast.bills(1, 0, early, items=2), void_on=day(2))
    acts.perform(world, "invoiced_in_part", cast.bills(1, 0, early, items=2))
    acts.perform(world, "invoiced_in_part", cast.bills(1, 0, early, items=2), rest_on=day(3))
    acts.perform(world, "invoiced_in_part", cast.bills(1, -1, "b.channel_code <> '2'", items=2), is_paid=False)
    acts.perform(world, "declared_in_part", cast.specials(1, day(0), pay_on=day(3)))
    for offset in (0, -1):
        bills = cast.bills(1, offset, "b.channel_code <> '2'", items=2)
        acts.perform(world, "paid_in_two_tickets", bills)
        world.note_near_miss("A7.4", bills, "two tickets, together the whole bill")
        world.note_near_miss("A7.5", bills, "two tickets, together the whole bill")
    bills = cast.specials(1, day(-8))
    acts.perform(world, "invoiced", bills, on=day(-6))
    acts.perform(world, "invoice_voided", bills, on=day(-5))
    acts.perform(world, "paid", bills, on=day(-4))
    world.note_near_miss("A7.5", bills, "one invoice voided, issued anew for the whole")


def _returns(world: "World", cast: Cast) -> None:
    day = cast.day
    early = f"b.pay_on < date '{day(-7)}'"

    def has(item: str) -> str:
        return f" and b.bill_key in (select bill_key from world.bill_item where insurance_code = '{item}')"

    def unread(bills: str, kind: str, until: int | None = None, items: list[str] | None = None) -> None:
        acts.perform(
            world, "agency_does_not_read", bills, kind=kind, items=items, until=None if until is None else day(until)
        )

    unread(cast.bills(1, 0, early), "remittance")
    unread(cast.bills(1, 0, early + has("10203")), "remittance", items=["10203"])
    unread(cast.bills(1, 0, early), "remittance", until=2)
    unread(cast.bills(1, 0, early), "settlement")
    unread(cast.bills(1, -1, early + has("10202")), "settlement", items=["10202"])
    unread(cast.bills(1, 0, early), "settlement", until=3)
    unread(cast.specials(1, day(-4), pay_on=day(-1)), "remittance", until=7)
    for kind in ("remittance", "settlement"):
        bills = cast.specials(1, day(-6), pay_on=day(-4))
        acts.perform(world, "returned", bills, kind=kind, on=day(-2))
        unread(bills, kind, until=1)
        bills = cast.bills(1, 0, early)
        acts.perform(world, "return_withdrawn", bills, kind=kind, on=day(-3))
        if kind == "settlement":  # the settlement row was sent anew under the same number and read
            world.sql(f"update world.ticket_item set settlement_withdrawn_at = null, settlement_read_at = workday_after(settlement_returned_at, 1) "
                      f"+ interval 10 hour where bill_key in ({bills})")  # fmt: skip
        else:
            world.note_near_miss(
                "A1.02",
                f"select department_code || '|remittance|' || remittance_no from world.ticket_item join world.bill using (bill_key) "
                f"where bill_key in ({bills})",
                "withdrawn by tax before it was read",
            )
    acts.perform(world, "settlement_not_returned", cast.bills(1, 0, early))
    acts.perform(world, "settlement_not_returned", cast.bills(1, -1, early), items=None)
    acts.perform(world, "settlement_not_returned", cast.bills(1, 0, early), until=day(2))
    acts.perform(
        world, "settlement_not_returned", cast.bills(1, 0, early),
        until=Sql("workday_after(settled_at, 2)::timestamp + interval 8 hour"),
    )  # fmt: skip
    keys = ("select department_code || '|remittance|' || remittance_no from world.ticket_item join world.bill using (bill_key) "
            "where remittance_no is not null and ")  # fmt: skip
    last_day = cast.specials(2, day(-3), pay_on=day(0))
    acts.perform(world, "settled", last_day, on=day(1))
    world.note_near_miss(
        "A1.03", keys + f"bill_key in ({last_day})", "remitted on the last working day, settled next month"
    )
    world.note_near_miss(
        "A1.03", keys + f"is_annuity and period = '{cast.period(0)}'", "annuity never passes the treasury"
    )


def _breaks(world: "World", cast: Cast) -> None:
    """Differences between the departments that no rule names but reconciliation shows."""
    day = cast.day
    early = f"b.pay_on < date '{day(-7)}'"
    acts.perform(world, "posted_twice", cast.bills(1, 0, early))
    acts.perform(world, "not_posted", cast.bills(1, 0, early))
    acts.perform(world, "amount_changed_after_reading", cast.bills(1, 0, early), difference=-20.0)
    acts.perform(world, "tax_voids_bill", cast.bills(1, 0, early), on=day(-9))
    acts.perform(world, "bill_withdrawn", cast.specials(1, day(-6)), on=day(-3), tax_voids=False)

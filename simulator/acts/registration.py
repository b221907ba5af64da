"""Acts on registrations: unread, incomplete, known to one department only, ended, renamed."""

from simulator import plan
from simulator.acts.registry import act, past_delay, record
from simulator.world import DateOrSql, World, date_sql, moment_sql

ENROLMENT_SENT = "(select min(e.sent_at) from world.enrolment e where e.registration_key = r.registration_key)"


@act("registration")
def tax_does_not_read_base(
    world: World, scope: str, *, resent_on: DateOrSql | None = None, until: DateOrSql | None = None
) -> None:
    """Tax does not read the base row (until a day): the first sending, or one sent again after a change on resent_on."""
    if resent_on is None:
        world.sql(
            f"update world.registration set base_read_at = {moment_sql(until)} where registration_key in (select key from {scope})"
        )
        plan.plan_registration_intake(world, scope)
        sent, read = "base_sent_at", "base_read_at"
    else:
        world.sql(
            f"""update world.registration set base_resent_at = {moment_sql(resent_on)}, base_reread_at = {moment_sql(until)}
            where registration_key in (select key from {scope})"""
        )
        sent, read = "base_resent_at", "base_reread_at"
    record(
        world, "A1.01", "tax_does_not_read_base",
        f"""select registration_key, {sent}::date, {past_delay(world, "A1.01", sent)}, {read}::date
        from world.registration where registration_key in (select key from {scope})""",
    )  # fmt: skip


@act("registration")
def tax_does_not_read_enrolment(
    world: World, scope: str, *, resent_on: DateOrSql | None = None, until: DateOrSql | None = None
) -> None:
    """Tax does not read the enrolment rows (until a day): the first sending, or one sent again on resent_on."""
    if resent_on is None:
        world.sql(
            f"update world.enrolment set read_at = {moment_sql(until)} where registration_key in (select key from {scope})"
        )
        plan.plan_registration_intake(world, scope)
        sent, read = "sent_at", "read_at"
    else:
        world.sql(
            f"""update world.enrolment set resent_at = {moment_sql(resent_on)}, reread_at = {moment_sql(until)}
            where registration_key in (select key from {scope})"""
        )
        sent, read = "resent_at", "reread_at"
    record(
        world, "A1.01", "tax_does_not_read_enrolment",
        f"""select registration_key, min({sent})::date, {past_delay(world, "A1.01", f"min({sent})")}, max({read})::date
        from world.enrolment where registration_key in (select key from {scope}) group by registration_key""",
    )  # fmt: skip


@act("registration")
def base_withdrawn(world: World, scope: str, *, on: DateOrSql, until: DateOrSql | None = None) -> None:
    """The agency withdraws the base row and sends it again on a later day or never; the enrolments stay alone meanwhile."""
    world.sql(
        f"""update world.registration set base_withdrawn_at = {moment_sql(on)}, base_resent_at = {moment_sql(until, "09:30:00")},
            base_reread_at = {moment_sql(until, "11:30:00")}
        where registration_key in (select key from {scope})"""
    )
    _record_incomplete(world, "base_withdrawn", scope, on, until, "enrolment")


@act("registration")
def enrolment_withdrawn(world: World, scope: str, *, on: DateOrSql, until: DateOrSql | None = None) -> None:
    """The agency withdraws all enrolment rows and sends them again on a later day or never; the base row stays alone."""
    world.sql(
        f"""update world.enrolment set withdrawn_at = {moment_sql(on)}, resent_at = {moment_sql(until, "09:30:00")},
            reread_at = {moment_sql(until, "11:30:00")}
        where registration_key in (select key from {scope})"""
    )
    _record_incomplete(world, "enrolment_withdrawn", scope, on, until, "base")


def _record_incomplete(
    world: World, act_name: str, scope: str, on: DateOrSql, until: DateOrSql | None, present: str
) -> None:
    """A registration with one of its two tables: past the delay after the present part was sent."""
    sent = "r.base_sent_at" if present == "base" else ENROLMENT_SENT
    record(
        world, "A1.06", act_name,
        f"""select registration_key, {date_sql(on)}, greatest({date_sql(on)}, {past_delay(world, "A1.06", sent)}), {date_sql(until)}
        from world.registration as r where registration_key in (select key from {scope})""",
    )  # fmt: skip


@act("registration")
def base_not_sent(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The base row of the registration is not sent (until a day), only the enrolments."""
    world.sql(
        f"""update world.registration set base_sent_at = {moment_sql(until)}, base_read_at = null
        where registration_key in (select key from {scope})"""
    )
    plan.plan_registrations(world, scope)
    record(
        world, "A1.06", "base_not_sent",
        f"""select registration_key, {ENROLMENT_SENT}::date, {past_delay(world, "A1.06", ENROLMENT_SENT)}, {date_sql(until)}
        from world.registration as r where registration_key in (select key from {scope})""",
    )  # fmt: skip


@act("registration")
def enrolment_not_sent(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The enrolment rows of the registration are not sent (until a day), only the base row."""
    world.sql(
        f"""update world.enrolment set sent_at = {moment_sql(until)}, read_at = null
        where registration_key in (select key from {scope})"""
    )
    plan.plan_registrations(world, scope)
    record(
        world, "A1.06", "enrolment_not_sent",
        f"""select registration_key, base_sent_at::date, {past_delay(world, "A1.06", "base_sent_at")}, {date_sql(until)}
        from world.registration as r where registration_key in (select key from {scope})""",
    )  # fmt: skip


@act("registration")
def registration_not_sent(world: World, scope: str) -> None:
    """Neither table of the registration is ever sent; its bills come all the same. Only for registrations of one department.

    The employer's registration at the other department then stands alone.
    """
    world.sql(
        f"""
        update world.registration set base_sent_at = null, base_read_at = null where registration_key in (select key from {scope});
        update world.enrolment set sent_at = null, read_at = null where registration_key in (select key from {scope});
        delete from world.fee_registration where registration_key in (select key from {scope});
        create or replace temp table orphaned as select bill_key as key from world.bill where registration_key in (select key from {scope});
        update world.bill set taxpayer_key = null, fee_registration_no = null where bill_key in (select key from orphaned);
        """
    )
    plan.plan_registrations(world, scope)
    plan.plan_from_reading(world, "orphaned")
    record(
        world, "A1.08", "registration_not_sent",
        f"""select bill_key, summary_sent_at::date, {past_delay(world, "A1.08", "summary_sent_at")}, null::date
        from world.bill where bill_key in (select key from orphaned)""",
    )  # fmt: skip
    world.sql(
        f"""create or replace temp table left_alone as select distinct employer_key as key from world.registration
        where registration_key in (select key from {scope})"""
    )
    _record_alone(world, "registration_not_sent", "left_alone", None)


def _record_alone(world: World, act_name: str, employers: str, since: DateOrSql | None) -> None:
    """Valid registrations of one department whose employers have none at the other (ordinary ones; projects are exempt)."""
    for rule_id, mine, other in (("A1.04", "NHSA", "HRSS"), ("A1.05", "HRSS", "NHSA")):
        start = date_sql(since)
        record(
            world, rule_id, act_name,
            f"""
            select r.registration_key, coalesce({start}, r.base_sent_at::date),
                greatest({start}, {past_delay(world, rule_id, "r.base_sent_at")}), null::date
            from world.registration as r
            where r.employer_key in (select key from {employers}) and r.department_code = '{mine}' and r.base_sent_at is not null
                and not r.is_project
                and not exists (select 1 from world.change c where c.entity = 'registration' and c.key = r.registration_key
                    and c.attribute = 'status_code')
                and not exists (
                    select 1 from world.registration as o
                    where o.employer_key = r.employer_key and o.department_code = '{other}' and not o.is_project and o.base_sent_at is not null
                        and not exists (select 1 from world.change c where c.entity = 'registration' and c.key = o.registration_key
                            and c.attribute = 'status_code'))
            """,
        )  # fmt: skip


def _forget_bills(world: World, condition: str) -> None:
    world.sql(f"create or replace temp table forgotten as select bill_key as key from world.bill where {condition}")
    for table in ("bill", "bill_item", "bill_person", "ticket", "ticket_item", "deduction"):
        world.sql(f"delete from world.{table} where bill_key in (select key from forgotten)")


@act("employer")
def registered_only_with(world: World, scope: str, *, department: str) -> None:
    """The employers are registered with one department only; the other has neither registration nor bills."""
    gone = f"employer_key in (select key from {scope}) and department_code <> '{department}'"
    _forget_bills(world, gone)
    for table in ("enrolment", "fee_registration"):
        world.sql(
            f"delete from world.{table} where registration_key in (select registration_key from world.registration where {gone})"
        )
    world.sql(f"delete from world.registration where {gone}")
    _record_alone(world, "registered_only_with", scope, None)


@act("registration")
def registration_ended(world: World, scope: str, *, on: DateOrSql, status: str = "2") -> None:
    """The agency ends (2) or merges (3) the registrations on a day; later bills are not sent. The other department goes on."""
    world.change("registration", f"select key from {scope}", "status_code", f"'{status}'", on)
    world.change("registration", f"select key from {scope}", "ended_on", f"{date_sql(on)}::varchar", on)
    _forget_bills(world, f"registration_key in (select key from {scope}) and summary_sent_at > {moment_sql(on)}")
    world.sql(
        f"""create or replace temp table left_alone as select distinct employer_key as key from world.registration
        where registration_key in (select key from {scope})"""
    )
    _record_alone(world, "registration_ended", "left_alone", on)


@act("registration")
def only_a_project(world: World, scope: str) -> None:
    """The social registrations are for a construction project only: injury insurance alone, marked as project."""
    world.sql(
        f"""
        delete from world.enrolment where registration_key in (select key from {scope}) and insurance_code <> '10204';
        update world.enrolment set is_project = true where registration_key in (select key from {scope});
        update world.registration set is_project = true where registration_key in (select key from {scope});
        """
    )
    _forget_bills(world, f"registration_key in (select key from {scope})")
    world.sql(
        f"""create or replace temp table left_alone as select distinct employer_key as key from world.registration
        where registration_key in (select key from {scope})"""
    )
    _record_alone(world, "only_a_project", "left_alone", None)


NEW_NAMES = {
    # a real difference, and one in the ending only
    "other": "'广西' || make_brand(e.employer_key || ' renamed') || '实业有限公司'",
    "suffix": """case when ends_with(e.name, '有限责任公司') then replace(e.name, '有限责任公司', '有限公司')
        else replace(e.name, '有限公司', '有限责任公司') end""",
    # no difference: brackets, blanks and width only
    "brackets": "e.name || '(南宁)'",
    "blanks": "' ' || left(e.name, 3) || ' ' || substr(e.name, 4) || '　'",
    "width": "e.name || 'Ａ１区'",
    "blank": "''",
}
SAME_NAMES = {"brackets": "e.name || '（南宁）'", "width": "e.name || 'A1区'"}


@act("employer")
def name_differs(
    world: World, scope: str, *, sides: list[str], how: str = "other", on: DateOrSql, until: DateOrSql | None = None
) -> None:
    """From a day the employer's name is written anew at some sides (HRSS, NHSA, tax), until the others follow.

    how: other, suffix (有限公司/有限责任公司): real differences; brackets, blanks, width: the same name written
    otherwise; blank: the side has no name. Every registration of a department takes part.
    """
    assert set(sides) <= {"HRSS", "NHSA", "tax"}, sides
    for side in ("HRSS", "NHSA", "tax"):
        entity = "taxpayer" if side == "tax" else "registration"
        where = "" if side == "tax" else f" and department_code = '{side}'"
        subjects = f"select {entity}_key from world.{entity} where employer_key in (select key from {scope}){where}"
        name = NEW_NAMES[how] if side in sides else SAME_NAMES.get(how)
        if name is not None:
            world.change(
                entity,
                subjects,
                "name",
                f"(select {name} from world.employer e where e.employer_key = subject.employer_key)",
                on,
            )
        if until is not None and side not in sides:
            world.change(
                entity, subjects, "name",
                f"(select {NEW_NAMES[how]} from world.employer e where e.employer_key = subject.employer_key)", until,
            )  # fmt: skip
    if how not in ("other", "suffix"):
        return
    begin, end = date_sql(on), date_sql(until)
    if ("HRSS" in sides) != ("NHSA" in sides):
        record(
            world, "A1.10", "name_differs",
            f"""select registration_key, {begin}, {begin}, {end} from world.registration as r
            where employer_key in (select key from {scope}) and department_code = 'HRSS' and base_sent_at is not null
                and exists (select 1 from world.registration o where o.employer_key = r.employer_key and o.department_code = 'NHSA')""",
        )  # fmt: skip
    for department in ("HRSS", "NHSA"):
        if (department in sides) != ("tax" in sides):
            record(
                world, "A1.11", "name_differs",
                f"""select registration_key, {begin}, {begin}, {end} from world.registration
                where employer_key in (select key from {scope}) and department_code = '{department}' and base_sent_at is not null""",
            )  # fmt: skip


@act("registration")
def code_blank(world: World, scope: str) -> None:
    """The agency sends the registration without its social credit code."""
    world.sql(f"update world.registration set uscc = '' where registration_key in (select key from {scope})")

"""Acts in the employer client: shared identities, lost text messages, outages, bindings, confirmations, declarations and prints."""

from simulator import plan
from simulator.acts.registry import act, record
from simulator.world import DateOrSql, World, date_sql, moment_sql

PLAN = "00_plan.sql"  # of the part's projection: bindings and confirmations as they follow from the final plans
SERVICE = "05_service.sql"  # and payments and prints
PHONES = {"empty": "null", "malformed": "substr({mobile}, 1, 9)", "landline": "coalesce({phone}, make_landline(key))",
          "prefixed": "'+86' || {mobile}", "zero": "'0' || {mobile}"}  # fmt: skip


def derive(world: World) -> None:
    """Temp tables client_tie, client_binding, client_item … of the part's projection."""
    from simulator.part import FOLDER

    world.sql((FOLDER / "client" / "projection" / PLAN).read_text(encoding="utf-8"))


def derive_services(world: World) -> None:
    """Temp table client_service: payments and prints at the counter that succeed, whatever the business date."""
    from simulator.part import FOLDER

    derive(world)
    world.sql((FOLDER / "client" / "projection" / SERVICE).read_text(encoding="utf-8"))
    world.sql(
        """
        create or replace temp table client_service as
        select 'print' as kind, paid.taxpayer_key, printed.printed_at as served_at
        from client_printed as printed join client_paid as paid using (ticket_no) where printed.place = '1' and printed.fail_code is null
        union all
        select 'payment', bills.taxpayer_key, tries.returned_at
        from client_operation as operations join client_bill as bills using (bill_key)
        join (select ticket_no, min(returned_at) as returned_at from world.deduction where return_code = '90000' group by ticket_no) as tries
            on tries.ticket_no = operations.stem
        where operations.kind = 'pay' and operations.account_no is null
        """
    )


@act("account")
def account_shares(world: World, scope: str, *, what: str = "id_number", form: str = "same", on: DateOrSql | None = None,
                   first_leaves_on: DateOrSql | None = None) -> None:  # fmt: skip
    """Pairs of accounts (in the order of their keys) carry one id number or one mobile: what = id_number | mobile.

    form: same | old (the 15-digit form) | lower (a small x). on: the second changes to it then. first_leaves_on: the first is
    cancelled before, which makes it no finding.
    """
    forms = {
        "same": "first_value",
        "old": "substr(first_value, 1, 6) || substr(first_value, 9, 9)",
        "lower": "lower(first_value)",
    }
    world.sql(
        f"""
        create or replace temp table sharing as
        select account_no as key, n, grp, {forms[form]} as shared, max(registered_at) over (partition by grp) as both_since
        from (
            select *, first_value({what}) over (partition by grp order by n) as first_value
            from (select *, row_number() over (order by account_no) - 1 as n, (row_number() over (order by account_no) - 1) // 2 as grp
                  from world.client_account where account_no in (select key from {scope}))
        );
        """
    )
    if on is None:
        world.sql(
            f"update world.client_account set {what} = shared from sharing where account_no = sharing.key and n % 2 = 1"
        )
    else:
        world.sql(
            f"insert into world.client_account_change select key, '{what}', shared, {moment_sql(on)} from sharing where n % 2 = 1"
        )
    if first_leaves_on is not None:
        world.sql(
            f"""
            update world.client_account set cancelled_at = {moment_sql(first_leaves_on)}
            where account_no in (select key from sharing where n % 2 = 0);
            update world.client_use set ends_at = {moment_sql(first_leaves_on)}
            where account_no in (select key from sharing where n % 2 = 0) and (ends_at is null or ends_at > {moment_sql(first_leaves_on)});
            """
        )
        return
    begin = "both_since::date" if on is None else date_sql(on)
    record(
        world, "A4.1.2", "account_shares",
        f"select key, {begin}, {begin}, null::date from sharing qualify count(*) over (partition by grp) > 1",
    )  # fmt: skip


@act("account")
def message_not_received(world: World, scope: str, *, on: DateOrSql, cause: str = "01", purpose: str = "3",
                         resent_after: int | None = None) -> None:  # fmt: skip
    """Somebody asks for a code by text message and gets none (default: to find the password again, blocked by the phone).

    resent_after: minutes until a second request succeeds.
    """
    world.sql(
        f"""
        insert into world.client_message
        select key, '{purpose}', {moment_sql(on)} + to_seconds(chance_int(key, 'lost at', 0, 3000)), null, '{cause}' from {scope}
        """
    )
    lost = f"""select 'Y' || substr(account_no, 3) || strftime(sent_at, '%y%m%d%H%M%S') from world.client_message
        where account_no in (select key from {scope}) and receipt_at is null and sent_at::date = {date_sql(on)}"""
    if resent_after is None:
        record(
            world,
            "A4.1.1",
            "message_not_received",
            f"select m, {date_sql(on)}, {date_sql(on)}, null::date from ({lost}) as t(m)",
        )
        return
    world.note_near_miss("A4.1.1", f"select m as key from ({lost}) as t(m)", "asked again and received")
    world.sql(
        f"""
        insert into world.client_message
        select account_no, purpose_code, sent_at + to_minutes({resent_after}), sent_at + to_minutes({resent_after}) + interval 8 second, null
        from world.client_message where account_no in (select key from {scope}) and receipt_at is null and sent_at::date = {date_sql(on)}
        """
    )


@act("hour")
def client_unreachable(world: World, scope: str, *, minutes: int = 50, notes: bool = True) -> None:
    """The client cannot be reached within hours given as texts 'YYYY-MM-DD HH': many logins fail."""
    world.sql(
        f"""
        insert into world.client_outage
        select strptime(key, '%Y-%m-%d %H') + interval 5 minute, strptime(key, '%Y-%m-%d %H') + to_minutes({5 + minutes}) from {scope}
        where strptime(key, '%Y-%m-%d %H') + interval 5 minute not in (select starts_at from world.client_outage)
        """
    )
    if notes:
        day = "strptime(key, '%Y-%m-%d %H')::date"
        record(world, "A4.1.3", "client_unreachable", f"select key, {day}, {day}, {day} + 1 from {scope}")


@act("employer")
def handler_leaves(world: World, scope: str, *, on: DateOrSql) -> None:
    """The handler unbinds all registrations of the employer on a day, and nobody takes over."""
    at = moment_sql(on, "15:20:00")
    world.sql(
        f"""
        delete from world.client_use where employer_key in (select key from {scope}) and starts_at >= {at};
        update world.client_use set ends_at = {at} where employer_key in (select key from {scope}) and (ends_at is null or ends_at > {at})
        """
    )


@act("registration")
def binding_fails(world: World, scope: str, *, on: DateOrSql, tries: int = 1) -> None:
    """The employer's handler tries in vain to bind a registration; why follows from the state of that moment.

    The finding lasts until the registration is bound or its association heals; a try that would succeed is left out.
    """
    world.sql(
        f"""
        insert into world.client_attempt
        select r.registration_key,
            coalesce((select max_by(u.account_no, u.nth) from world.client_use u where u.employer_key = r.employer_key and u.starts_at < {moment_sql(on)}),
                (select min(account_no) from world.client_account where registered_at < {moment_sql(on)})),
            {moment_sql(on)} + to_minutes(n * 37 + chance_int(r.registration_key, 'try', 0, 30))
        from world.registration as r cross join range({tries}) as t(n) where r.registration_key in (select key from {scope})
        """
    )
    derive(world)
    record(
        world, "A4.2.1", "binding_fails",
        f"""
        select attempts.registration_key, min(tried_at)::date, min(tried_at)::date,
            (select min(b.bound_at)::date from client_binding as b where b.registration_key = attempts.registration_key and b.bound_at > max(tried_at))
        from world.client_attempt as attempts
        where attempts.registration_key in (select key from {scope})
            and not exists (select 1 from client_tie as ties where ties.registration_key = attempts.registration_key
                and ties.associated_at <= tried_at and coalesce(ties.cancelled_at > tried_at, true)
                and ties.contact_no is not null and coalesce(ties.struck_at > tried_at, true))
        group by attempts.registration_key
        """,
    )  # fmt: skip


@act("taxpayer")
def contact_phone_wrong(world: World, scope: str, *, how: str = "empty", roles: list[str] | None = None) -> None:
    """Phones of the three contacts (legal, finance, clerk; all unless told otherwise) take no code.

    how: empty | malformed | landline (typed into the mobile column) | prefixed (+86) or zero (a 0 before it), which are right. With all three wrong
    nothing of the employer is ever bound.
    """
    chosen = roles or ["legal", "finance", "clerk"]
    world.sql(
        f"""create or replace temp table wrong_phone as
        select taxpayer_key, employer_key as key, {
            ", ".join(
                f"{PHONES[how].format(mobile=f'{role}_mobile', phone=f'{role}_phone')} as {role}" for role in chosen
            )
        }
        from world.taxpayer where taxpayer_key in (select key from {scope})"""
    )
    world.sql(
        "update world.taxpayer set " + ", ".join(f"{role}_mobile = wrong_phone.{role}" for role in chosen)
        + " from wrong_phone where taxpayer.taxpayer_key = wrong_phone.taxpayer_key"
    )  # fmt: skip
    if how in ("prefixed", "zero"):
        return
    if len(chosen) == 3:
        world.sql("update world.client_use set binds = false where employer_key in (select key from wrong_phone)")
    record(
        world, "A4.2.2", "contact_phone_wrong",
        f"select taxpayer_key, created_at::date, created_at::date, null::date from world.taxpayer where taxpayer_key in (select key from {scope})",
    )  # fmt: skip


@act("registration")
def items_not_confirmed(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The insurance items of a bound registration stay unconfirmed in the client (until a day). Truth: note_unconfirmed."""
    world.sql(f"insert into world.client_held select key, {moment_sql(until)} from {scope}")


def note_unconfirmed(world: World, since: DateOrSql, employers: str) -> None:
    """Every registration of the employers with unconfirmed items at or after a day: the list is the natural course, not an act."""
    derive(world)
    record(
        world, "A2.12", "unconfirmed",
        f"""
        with ended as (
            select key as registration_key, min(changed_at) as at from world.change
            where entity = 'registration' and attribute = 'status_code' and value <> '1' group by key
        ),
        open as (
            select items.registration_key, min(items.pushed_at)::date as since,
                max(least(coalesce(confirmed_at, 'infinity'::timestamp), coalesce(cancelled_at, 'infinity'::timestamp),
                    coalesce(ended.at, 'infinity'::timestamp))) as until
            from client_item as items left join ended using (registration_key)
            join world.registration as registrations using (registration_key)
            where registrations.employer_key in (select employer_key from {employers})
            group by items.registration_key, items.fee_registration_no
        )
        select registration_key, since, since, case when until < 'infinity'::timestamp then until::date end from open
        where until > {moment_sql(since)} and until::date > since
        """,
    )  # fmt: skip


def note_risks(world: World) -> None:
    """What would be refused when it is declared, whoever made it so: ties without a section, ties changed over waiting bills."""
    derive(world)
    record(
        world, "A4.5.2", "no_section",
        """
        select ties.registration_key, min(ties.associated_at)::date, min(ties.associated_at)::date, max(ties.cancelled_at)::date
        from client_tie as ties join world.fee_registration as fees using (fee_registration_no)
        where coalesce(fees.office_code, '') = '' group by ties.registration_key
        """,
    )  # fmt: skip
    record(
        world, "A4.5.2", "association_changed",
        """
        with waiting as (
            select ties.registration_key, ties.fee_registration_no, ties.associated_at, ties.cancelled_at,
                least(bills.declared_at, bills.tax_voided_at, bills.withdrawn_at, bills.voided_at) as ends_at
            from client_tie as ties
            join world.bill as bills on bills.registration_key = ties.registration_key and bills.received_at < ties.associated_at
            where ties.nth > 1
        )
        select registration_key, associated_at::date, associated_at::date,
            nullif(least(max(coalesce(ends_at, 'infinity'::timestamp)), coalesce(min(cancelled_at), 'infinity'::timestamp)), 'infinity'::timestamp)::date
        from waiting
        where ends_at is null or ends_at::date > associated_at::date
        group by registration_key, fee_registration_no, associated_at
        """,
    )  # fmt: skip
    world.note_near_miss(
        "A4.5.2",
        """select registration_key from client_tie where nth > 1 and cancelled_at is null
        and registration_key not in (select subject_key from world.truth where rule_id = 'A4.5.2')""",
        "tied anew, and no bill waited",
    )


@act("bill")
def declaration_fails(world: World, scope: str, *, cause: str, on: DateOrSql, until: DateOrSql | None = None) -> None:
    """The client refuses a bill's declaration, and the state behind it is made true before; healed and declared on `until`.

    cause: 01 the association was changed after the bill had come, 02 the tax file was merged before (act files_merged),
    03 the industry is missing in the tax file, 04 no section is assigned to the fee registration. What may lead to it
    (A4.5.2) is noted of the registration from that state on.
    """
    before = f"({moment_sql(on, '09:40:00')} - interval 3 day)"
    healed = moment_sql(until, "08:40:00")
    world.sql(
        f"""
        create or replace temp table failing as
        select b.bill_key as key, b.registration_key, b.taxpayer_key, b.fee_registration_no
        from world.bill as b where b.bill_key in (select key from {scope})
        """
    )
    if cause == "01":
        world.sql(
            f"""
            create or replace temp table retied as
            select f.registration_key, f.taxpayer_key, f.bureau_code, f.office_code, f.agency_code,
                '3' || lpad((r.registration_no * 100 + 60)::varchar, 11, '0') as number
            from world.fee_registration as f join world.registration as r using (registration_key)
            where f.fee_registration_no in (select fee_registration_no from failing) and f.cancelled_at is null;
            update world.fee_registration set cancelled_at = {before}
            where registration_key in (select registration_key from retied) and cancelled_at is null;
            insert into world.fee_registration
            select number, registration_key, taxpayer_key, bureau_code, office_code, agency_code,
                {before} + interval 1 minute, {before} + interval 2 minute, null, true from retied;
            update world.bill set fee_registration_no = retied.number from retied
            where bill.registration_key = retied.registration_key
                and (summary_sent_at > {before} or coalesce(declared_at, {before}) > {before}) and bill_key not in (select key from failing)
            """
        )
    elif cause != "02":
        entity, attribute, keys = {
            "03": ("taxpayer", "industry_code", "select taxpayer_key from failing"),
            "04": ("fee_registration", "office_code", "select fee_registration_no from failing"),
        }[cause]
        from simulator.world import Sql

        world.change(entity, keys, attribute, "''", Sql(before))
        if until is not None:
            world.change(entity, keys, attribute, f"subject.{attribute}", Sql(healed))
    pay = f"case when pay_on is not null then {date_sql(until)} end" if until is not None else "null"
    world.sql(
        f"""
        update world.bill set pay_on = {pay}, declare_on = null,
            channel_code = case channel_code when '2' then '3' else channel_code end
        where bill_key in (select key from failing);
        insert into world.client_failure
        select key, {moment_sql(on, "09:40:00")} + to_minutes(chance_int(key, 'refused at', 0, 90)), '{cause}' from failing
        """
    )
    plan.plan_from_front(world, scope)
    record(
        world, "A4.5.1", "declaration_fails",
        f"select key, {date_sql(on)}, {date_sql(on)}, {date_sql(until)} from failing",
    )  # fmt: skip
    if cause in ("03", "04"):
        record(
            world, "A4.5.2", "declaration_fails",
            f"""select distinct r.registration_key, {before}::date, {before}::date, {date_sql(until)}
            from failing join world.registration as r on r.registration_key = failing.registration_key
                or ('{cause}' = '03' and r.employer_key = (select employer_key from world.taxpayer t where t.taxpayer_key = failing.taxpayer_key))""",
        )  # fmt: skip


@act("ticket")
def certificate_cannot_be_printed(
    world: World, scope: str, *, cause: str = "02", on: DateOrSql, until: DateOrSql | None = None
) -> None:
    """The tax certificate of a paid ticket cannot be printed online.

    cause 02: its printable data was not generated (until a day); 01: it was printed at the counter two days before.
    """
    tried = f"{moment_sql(on)} + to_minutes(chance_int(key, 'print try', 0, 300))"
    if cause == "02":
        world.sql(f"insert into world.client_gap select key, {moment_sql(until, '08:10:00')} from {scope}")
    else:
        world.sql(
            f"insert into world.client_print select key, '1', {moment_sql(on)} - interval 2 day, null from {scope}"
        )
    world.sql(f"insert into world.client_print select key, '2', {tried}, '{cause}' from {scope}")
    if until is not None:
        world.sql(f"insert into world.client_print select key, '2', {moment_sql(until, '09:30:00')}, null from {scope}")
    record(
        world, "A4.7", "certificate_cannot_be_printed",
        f"select key, {date_sql(on)}, {date_sql(on)}, {date_sql(until)} from {scope}",
    )  # fmt: skip


@act("taxpayer")
def prints_at_counter(world: World, scope: str, *, period: str, times: int = 3, notes: bool = True) -> None:
    """A payer bound in the client has certificates of its tickets printed at the counter, so many times in a month."""
    world.sql(
        f"""
        insert into world.client_print
        select tickets.ticket_no, '1', moment(last_day(month_first('{period}')) - 9 + n::int, chance(key || n, 'counter print'), 540, 1000), null
        from (
            select b.taxpayer_key as key, min(t.ticket_no) as ticket_no
            from world.ticket as t join world.bill as b using (bill_key)
            join world.ticket_item as i on i.ticket_no = t.ticket_no and i.remitted_at < last_day(month_first('{period}')) - 10
            where b.taxpayer_key in (select key from {scope}) and not b.is_annuity
                and i.remitted_at >= month_first('{period}') - interval 150 day
                and t.ticket_no not in (select ticket_no from world.client_gap)
            group by b.taxpayer_key
        ) as tickets
        cross join range({times}) as r(n)
        """
    )
    if notes:
        first = f"last_day(month_first('{period}')) - 9"
        record(
            world, "A9.7", "prints_at_counter",
            f"select key, {first}, {first} + 2, month_first('{period}') + interval 1 month from {scope}",
        )  # fmt: skip

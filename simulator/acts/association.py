"""Acts on the tie between registrations and taxpayers, and on the taxpayer's own state."""

from simulator.acts.registry import act, record
from simulator.world import DateOrSql, Sql, World, date_sql, moment_sql


def retie(world: World, scope: str, on: DateOrSql) -> None:
    """Cancel the tie of the registrations and tie them anew as temp table `new_tie`(registration_key, taxpayer_key, bureau_code) says."""
    at = moment_sql(on, "11:00:00")
    world.sql(
        f"""
        update world.fee_registration set cancelled_at = {at}
        where registration_key in (select registration_key from new_tie) and cancelled_at is null;
        create or replace temp table tied as
        select
            '3' || lpad((r.registration_no * 100 + 1 + (
                select count(*) from world.fee_registration f where f.registration_key = r.registration_key))::varchar, 11, '0') as number,
            r.registration_key, t.taxpayer_key, t.bureau_code, r.agency_code
        from new_tie as t join world.registration as r using (registration_key);
        insert into world.fee_registration
        select number, registration_key, taxpayer_key, bureau_code,
            (select min(office_code) from ref_tax_office where parent_bureau_code = bureau_code), agency_code,
            {at} + interval 1 minute, {at} + interval 2 minute, null, true
        from tied;
        update world.bill set taxpayer_key = tied.taxpayer_key, fee_registration_no = tied.number
        from tied where bill.registration_key = tied.registration_key and summary_sent_at > {at};
        """
    )


def _second_file(world: World, scope: str, on: DateOrSql, entity_type: str | None, number: str | None) -> None:
    """A second tax file for the employers of the registrations, and temp table `new_tie` that ties them to it."""
    world.sql(
        f"""
        create or replace temp table second_file as
        select distinct r.employer_key, {f"'{entity_type}'" if entity_type else "null::varchar"} as entity_type_code,
            {number or "null::varchar"} as taxpayer_no,
            least({moment_sql(on)} - interval 20 day, timestamp '2026-06-01') as created_at,
            (select min(taxpayer_no) from world.taxpayer x where x.employer_key = r.employer_key) as main_no
        from world.registration as r join world.employer as e using (employer_key)
        where r.registration_key in (select key from {scope});
        """
    )
    world.add_taxpayers(
        "select employer_key, entity_type_code, coalesce(taxpayer_no, main_no) as taxpayer_no, created_at from second_file"
    )
    world.sql(
        f"""
        create or replace temp table new_tie as
        select r.registration_key, (select max(t.taxpayer_key) from world.taxpayer t where t.employer_key = r.employer_key) as taxpayer_key,
            r.bureau_code
        from world.registration as r where r.registration_key in (select key from {scope});
        """
    )


@act("registration")
def tied_to_other_taxpayer(
    world: World, scope: str, *, on: DateOrSql, old_number: bool = False, until: DateOrSql | None = None
) -> None:
    """A medical registration is tied to a second tax file of its employer, left over from merging files (并档).

    old_number: the second file carries the 15-digit number of old. On `until` it is tied back.
    """
    _second_file(world, scope, on, None, "'450103' || e.organisation_code" if old_number else None)
    retie(world, scope, on)
    if until is not None:
        _tie_back(world, scope, until)
    record(
        world, "A2.11a", "tied_to_other_taxpayer",
        f"select key, {date_sql(on)}, {date_sql(on)}, {date_sql(until)} from {scope}",
    )  # fmt: skip


def _tie_back(world: World, scope: str, on: DateOrSql) -> None:
    world.sql(
        f"""
        create or replace temp table new_tie as
        select r.registration_key, (select min(t.taxpayer_key) from world.taxpayer t where t.employer_key = r.employer_key) as taxpayer_key,
            r.bureau_code
        from world.registration as r where r.registration_key in (select key from {scope});
        """
    )
    retie(world, scope, on)


@act("registration")
def tied_to_other_entity(world: World, scope: str, *, on: DateOrSql, entity_type: str = "1210") -> None:
    """A medical registration is tied to the same taxpayer number under another taxable entity: social should move there."""
    _second_file(world, scope, on, entity_type, None)
    retie(world, scope, on)
    record(
        world, "A2.11d", "tied_to_other_entity",
        f"""select o.registration_key, {date_sql(on)}, {date_sql(on)}, null::date
        from world.registration as r join world.registration as o on o.employer_key = r.employer_key and o.department_code = 'HRSS'
        where r.registration_key in (select key from {scope}) and o.registration_key in (
            select registration_key from world.fee_registration where cancelled_at is null)""",
    )  # fmt: skip


@act("employer")
def idle_entity(world: World, scope: str, *, entity_type: str = "1210") -> None:
    """The employers have a second tax file of the same number and another entity type that nothing is tied to."""
    world.sql(
        f"create or replace temp table idle as select key as employer_key, '{entity_type}' as entity_type_code from {scope}"
    )
    world.add_taxpayers("idle")


@act("registration")
def tied_under_other_bureau(
    world: World, scope: str, *, bureau: str, on: DateOrSql, until: DateOrSql | None = None
) -> None:
    """The medical registration's fee registration is kept under another bureau than the social one, same taxpayer."""
    ties = f"select fee_registration_no from world.fee_registration where registration_key in (select key from {scope}) and cancelled_at is null"
    office = f"(select min(office_code) from ref_tax_office where parent_bureau_code = '{bureau}')"
    for attribute, value in (("bureau_code", f"'{bureau}'"), ("office_code", office)):
        world.change("fee_registration", ties, attribute, value, on)
        if until is not None:
            world.change("fee_registration", ties, attribute, f"subject.{attribute}", until)
    rule = "A2.11c" if bureau == "14501002000" else "A2.11b"
    record(
        world, rule, "tied_under_other_bureau",
        f"select key, {date_sql(on)}, {date_sql(on)}, {date_sql(until)} from {scope}",
    )  # fmt: skip


@act("registration")
def tied_to_second_branch(world: World, scope: str, *, on: DateOrSql, until: DateOrSql | None = None) -> None:
    """The medical registration is kept by the vehicle-purchase-tax branch (第二税务分局)."""
    tied_under_other_bureau(world, scope, bureau="14501002000", on=on, until=until)


@act("registration")
def kept_by_office(world: World, scope: str) -> None:
    """The fee registration names the tax office of its bureau where the bureau should stand."""
    ties = f"select fee_registration_no from world.fee_registration where registration_key in (select key from {scope})"
    world.change("fee_registration", ties, "bureau_code", "subject.office_code", Sql("subject.created_at"), noted=False)


@act("registration")
def association_cancelled(world: World, scope: str, *, on: DateOrSql) -> None:
    """The tie to the taxpayer is cancelled on a day and not made anew."""
    world.sql(
        f"""update world.fee_registration set cancelled_at = {moment_sql(on, "11:00:00")}
        where registration_key in (select key from {scope}) and cancelled_at is null"""
    )


@act("registration")
def cancelled_tie(world: World, scope: str, *, bureau: str = "14501002000", with_other_taxpayer: bool = False) -> None:
    """A wrong tie existed once (other bureau, other taxpayer) and was cancelled before the right one was made."""
    other = (
        "(select min(t.taxpayer_key) from world.taxpayer t where t.employer_key <> r.employer_key)"
        if with_other_taxpayer else "f.taxpayer_key"
    )  # fmt: skip
    world.sql(
        f"""
        insert into world.fee_registration
        select '3' || lpad((r.registration_no * 100 + 50)::varchar, 11, '0'), r.registration_key, {other}, '{bureau}',
            (select min(office_code) from ref_tax_office where parent_bureau_code = '{bureau}'), r.agency_code,
            f.created_at - interval 2 hour, f.created_at - interval 110 minute, f.created_at - interval 10 minute, true
        from world.registration as r join world.fee_registration as f using (registration_key)
        where r.registration_key in (select key from {scope}) and f.cancelled_at is null
        """
    )


@act("registration")
def not_associated(world: World, scope: str) -> None:
    """The registration was never tied to a taxpayer."""
    world.sql(
        f"""
        delete from world.fee_registration where registration_key in (select key from {scope});
        update world.bill set fee_registration_no = null where registration_key in (select key from {scope});
        """
    )


@act("taxpayer")
def taxpayer_struck_off(world: World, scope: str, *, on: DateOrSql, status: str = "07") -> None:
    """The taxpayer is deregistered (07) or becomes abnormal (05) on a day; whatever it pays afterwards goes on as planned."""
    world.change("taxpayer", f"select key from {scope}", "status_code", f"'{status}'", on)
    world.change("taxpayer", f"select key from {scope}", "status_date", f"{date_sql(on)}::varchar", on)
    months = int(world.params["inactive_months"])
    record(
        world, "A9.8", "taxpayer_struck_off",
        f"""
        with monthly as (
            select bills.taxpayer_key, date_trunc('month', i.remitted_at)::date as month, min(i.remitted_at)::date as first_paid
            from world.ticket_item as i join world.bill as bills using (bill_key)
            where bills.taxpayer_key in (select key from {scope}) and date_trunc('month', i.remitted_at) > date_trunc('month', {date_sql(on)})
            group by all
        ),
        runs as (
            select *, month - to_months((row_number() over (partition by taxpayer_key order by month))::int) as run from monthly
        ),
        ordered as (
            select *, row_number() over (partition by taxpayer_key, run order by month) as nth,
                max(month) over (partition by taxpayer_key, run) as last_month,
                max(month) over () as horizon
            from runs
        )
        select taxpayer_key, {date_sql(on)}, first_paid, (last_month + interval 2 month)::date
        from ordered where nth = {months}
        """,
    )  # fmt: skip


@act("registration")
def tied_anew(world: World, scope: str, *, on: DateOrSql) -> None:
    """A registration whose association was cancelled is tied to the same taxpayer again on a day."""
    at = moment_sql(on, "14:10:00")
    world.sql(
        f"""
        insert into world.fee_registration
        select '3' || lpad((r.registration_no * 100 + 70)::varchar, 11, '0'), f.registration_key, f.taxpayer_key, f.bureau_code,
            f.office_code, f.agency_code, {at}, {at} + interval 2 minute, null, true
        from world.fee_registration as f join world.registration as r using (registration_key)
        where f.registration_key in (select key from {scope}) and f.cancelled_at is not null
        qualify row_number() over (partition by f.registration_key order by f.cancelled_at desc, f.fee_registration_no) = 1
        """
    )

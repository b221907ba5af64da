"""Acts around the upkeep of registrations: names that only resemble a taxpayer's, failed returns, checks that were solved."""

from simulator.acts.registry import act, record
from simulator.world import DateOrSql, World, date_sql, moment_sql

# how the medical side writes a name so that no batch matches it, and the place in front of the name
RESEMBLING = {
    "suffix": """case when ends_with(name, '有限责任公司') then replace(name, '有限责任公司', '有限公司')
        else replace(name, '有限公司', '有限责任公司') end""",
    "place": "replace(substr(name, 3), '有限公司', '(南宁)有限公司')",
    "typo": "substr(name, 1, 4) || '新' || substr(name, 6)",
    "former": "'南宁' || make_brand(registration_key || 'former') || '实业有限公司'",
}


@act("registration")
def name_resembles(world: World, scope: str, *, how: str) -> None:
    """The medical agency sends the registration without a code and under a name that only resembles its taxpayer's, so nobody can tie it in bulk.

    how: suffix (another legal form) | place (in brackets) | typo (one character) | former (the name that the old Nanning system had).
    """
    if how == "former":
        world.sql(
            f"""
            insert into world.old_unit
            select '45' || lpad((97000000 + r.registration_no)::varchar, 10, '0'), r.employer_key, {RESEMBLING[how]}, e.uscc, r.agency_code,
                r.district_code, r.town_code, '1', null, date '2022-12-01', date '2016-03-01', true, null, timestamp '2022-12-15 20:00:00'
            from (select registration_key, registration_no, employer_key, name, agency_code, district_code, town_code from world.registration
                  where registration_key in (select key from {scope})) as r
            join (select employer_key, uscc from world.employer) as e using (employer_key)
            """
        )
    world.sql(
        f"""
        update world.registration set name = {RESEMBLING[how]}, uscc = '' where registration_key in (select key from {scope});
        delete from world.fee_registration where registration_key in (select key from {scope});
        """
    )


@act("bill")
def returned_failed(world: World, scope: str, *, on: DateOrSql) -> None:
    """Nobody has paid the bill: tax returns it to the department as failed on a day. Truth: note_not_resent, when all bills are sent."""
    world.sql(f"insert into world.failed_return select key, {moment_sql(on, '20:10:00')} from {scope}")


def note_not_resent(world: World, bills: str) -> None:
    """The failed bills among `bills` that nobody sends again: to be noticed from the month after they were sent."""
    record(
        world, "A1.14", "returned_failed",
        f"""select b.bill_key, f.returned_at::date, greatest(f.returned_at::date, (date_trunc('month', b.summary_sent_at) + interval 1 month)::date), null::date
        from world.failed_return as f join world.bill as b using (bill_key) where b.bill_key in ({bills})""",
    )  # fmt: skip


@act("registration")
def check_solved(world: World, scope: str, *, check: str, on: DateOrSql, solved: DateOrSql) -> None:
    """A check of the registration failed on a day and was solved on a later one."""
    world.sql(
        f"""
        insert into world.registration_check
        select 'HJ' || lpad(registration_no::varchar, 9, '0') || 'S{check}', registration_key, '{check}',
            (select name from check_rule where check_code = '{check}'), {moment_sql(on, "10:30:00")}, {moment_sql(solved, "15:10:00")}
        from world.registration where registration_key in (select key from {scope})
        """
    )
    record(
        world, "A2.01", "check_solved",
        f"select key, {date_sql(on)}, {date_sql(on)}, {date_sql(solved)} from {scope}",
    )  # fmt: skip

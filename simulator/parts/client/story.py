"""The story of the employer client: what goes wrong in it around the anchor day, and what only looks like it."""

from typing import TYPE_CHECKING

from common.calendar import add_workdays
from simulator import acts
from simulator.acts.client import note_risks, note_unconfirmed
from simulator.acts.registry import record
from simulator.part import Block, settings
from simulator.world import quoted

if TYPE_CHECKING:
    from simulator.world import World

MERGED_BILL = 9  # bill number of the special bill of a merged file, as of other stories' special bills

# Employers that work with the client through one handler of their own; calm ones: the story so far says nothing of them.
CAST = """
create or replace temp table castable as
with mentioned as (select subject_key from world.truth union select subject_key from world.near_miss),
touched as (
    select employer_key from world.employer where employer_key in (from mentioned)
    union select employer_key from world.registration where registration_key in (from mentioned)
    union select employer_key from world.taxpayer where taxpayer_key in (from mentioned)
    union select t.employer_key from world.agreement join world.taxpayer as t using (taxpayer_key) where agreement_key in (from mentioned)
    union select t.employer_key from world.change join world.taxpayer as t on t.taxpayer_key = change.key
    union select r.employer_key from world.change join world.registration as r on r.registration_key = change.key
    union select r.employer_key from world.fee_registration as f join world.registration as r using (registration_key)
        where f.cancelled_at is not null or not f.is_valid or f.fee_registration_no in (select key from world.change)
    union select employer_key from world.taxpayer group by employer_key having count(*) > 1
)
select e.employer_key, e.channel_code, u.account_no, u.binds, e.is_prompt and not e.has_project and e.employer_key not in (from touched) as is_calm
from world.employer as e
join world.client_use as u using (employer_key)
join world.client_account as a on a.account_no = u.account_no and a.employer_key = e.employer_key and a.cancelled_at is null
where e.closed_on is null and u.nth = 1 and u.ends_at is null and e.opened_on < getvariable('anchor')::date - 500
    and e.employer_key not in (select employer_key from world.taxpayer group by employer_key having count(*) > 1)
"""


class Handlers:
    """Picks employers, each once, by chance of their key alone."""

    def __init__(self, world: "World", block: Block) -> None:
        self.world = world
        self.cases = block.cases
        self.anchor = world.params.anchor
        world.sql(f"set variable anchor = '{self.anchor.isoformat()}'")
        world.sql(CAST)

    def day(self, offset: int) -> str:
        """The working day `offset` days from the anchor."""
        return add_workdays(self.anchor, offset).isoformat()

    def employers(self, base: int, where: str = "binds", *, even: bool = False) -> str:
        """Take employers; a select of their keys."""
        number = self.cases(base) // 2 * 2 if even else self.cases(base)
        found = [row[0] for row in self.world.rows(
            f"select employer_key from castable where {where} order by chance(employer_key, 'cast client'), employer_key limit {number}"
        )]  # fmt: skip
        self.world.sql(f"delete from castable where employer_key in ({quoted(['', *found])})")
        return _keys(found)

    def accounts(self, base: int, *, even: bool = False) -> str:
        """Take accounts of employers."""
        return f"select account_no from world.client_account where cancelled_at is null and employer_key in ({self.employers(base, even=even)})"

    def bills(self, base: int) -> str:
        """Take employers' bills of the anchor month that are declared in the client a few days before the anchor."""
        found = [row[0] for row in self.world.rows(
            f"""
            select b.bill_key from world.bill as b join castable as c using (employer_key)
            where b.period = '{self.anchor:%Y%m}' and not b.is_annuity and b.channel_code in ('1', '3') and b.origin_code <> '3'
                and b.pay_on between date '{self.day(-12)}' and date '{self.day(-1)}' and b.front_processed_at < timestamp '{self.day(-13)}'
                and c.is_calm and c.binds and not at_counter(b.employer_key, b.department_code, b.period, b.bill_no)
                and b.bill_key not in (select subject_key from world.truth union all select subject_key from world.near_miss)
            qualify row_number() over (partition by b.employer_key order by b.bill_key) = 1
            order by chance(b.bill_key, 'cast client'), b.bill_key limit {self.cases(base)}
            """
        )]  # fmt: skip
        self.world.sql(
            f"delete from castable where employer_key in (select employer_key from world.bill where bill_key in ({quoted(['', *found])}))"
        )
        return _keys(found)

    def tickets(self, base: int) -> str:
        """Take tickets that were paid in the client some days before the anchor, one an employer."""
        found = [row[0] for row in self.world.rows(
            f"""
            select t.ticket_no from world.ticket as t join world.bill as b using (bill_key) join castable as c using (employer_key)
            join world.ticket_item as i on i.ticket_no = t.ticket_no
            where i.remitted_at between date '{self.day(-15)}' and date '{self.day(-6)}' and not b.is_annuity and t.channel_code in ('1', '3')
                and c.binds and not at_counter(b.employer_key, b.department_code, b.period, b.bill_no)
            qualify row_number() over (partition by b.employer_key order by t.ticket_no, i.insurance_code) = 1
            order by chance(t.ticket_no, 'cast client'), t.ticket_no limit {self.cases(base)}
            """
        )]  # fmt: skip
        self.world.sql(
            f"""delete from castable where employer_key in (select b.employer_key from world.ticket join world.bill as b using (bill_key)
            where ticket_no in ({quoted(["", *found])}))"""
        )
        return _keys(found)


def outage_hours(world: "World") -> str:
    """The hours in which the client cannot be reached: some days before the anchor, on it, after it."""
    hours = [
        f"{add_workdays(world.params.anchor, offset).isoformat()} {hour}"
        for offset, hour in settings("client")["logins"]["outages"]
    ]
    return f"select unnest([{quoted(hours)}]) as key"


def _keys(found: list[str]) -> str:
    if not found:
        return "select null::varchar as key where false"
    return "select unnest([" + quoted(found) + "]) as key"


def tell(world: "World", block: Block) -> None:
    """Plant everything; what needs scarce bills comes first."""
    cast = Handlers(world, block)
    _declarations(world, cast)
    _bindings(world, cast)
    _prints(world, cast)
    _accounts(world, cast, block)
    _confirmations(world, cast)
    note_risks(world)
    # what chance made a finding after all is no near-miss
    world.sql(
        f"""delete from world.near_miss where starts_with(rule_id, 'A4.') and (rule_id, subject_key) in (
            select rule_id, subject_key from world.truth where visible_to is null or visible_to > date '{cast.anchor}')"""
    )


def _declarations(world: "World", cast: Handlers) -> None:
    for cause in ("01", "03", "04"):
        acts.perform(world, "declaration_fails", cast.bills(1), cause=cause, on=cast.day(-3))
    acts.perform(world, "declaration_fails", cast.bills(1), cause="04", on=cast.day(-5), until=cast.day(3))
    acts.perform(world, "declaration_fails", cast.bills(1), cause="03", on=cast.day(2))
    _merged_files(world, cast)
    healed = cast.bills(1)
    acts.perform(world, "declaration_fails", healed, cause="04", on=cast.day(-6), until=cast.day(-2))
    world.note_near_miss("A4.5.1", healed, "a section was assigned, and the bill declared")
    world.note_near_miss(
        "A4.5.2",
        f"select registration_key from world.bill where bill_key in ({healed})",
        "a section was assigned since",
    )
    near = cast.bills(1)
    world.sql(f"""insert into world.client_failure
        select bill_key, declared_at - interval 6 minute, '99' from world.bill where bill_key in ({near})""")
    world.note_near_miss("A4.5.1", near, "the system was busy, sent again at once")


def _merged_files(world: "World", cast: Handlers) -> None:
    """What is still tied to a tax file that was merged (并档) cannot be declared: a back-pay bill of these days is refused."""
    if not world.value(
        "select count(*) from duckdb_tables() where schema_name = 'world' and table_name = 'file_merge'"
    ):
        return
    world.sql(
        f"""
        create or replace temp table stranded_file as
        select f.registration_key, r.employer_key, r.department_code, min(m.merged_at)::date as since
        from world.file_merge as m
        join world.fee_registration as f on f.taxpayer_key = m.old_taxpayer_key and f.cancelled_at is null
        join world.registration as r using (registration_key)
        where m.merged_at < timestamp '{cast.day(-6)}' and not r.is_project
        group by all
        """
    )
    record(world, "A4.5.2", "files_merged", "select registration_key, since, since, null::date from stranded_file")
    period = f"{cast.anchor:%Y%m}"
    world.sql(
        f"""
        create or replace temp table stranded_payer as
        select registration_key from stranded_file
        where department_code = 'HRSS' and employer_key in (select employer_key from world.client_use where binds and ends_at is null)
            and registration_key not in (select registration_key from world.bill where period = '{period}' and bill_no = {MERGED_BILL})
        """
    )
    if not world.value("select count(*) from stranded_payer"):
        return
    given = f"select registration_key, '{period}' as period, {MERGED_BILL} as bill_no"
    world.add_bills(
        f"{given}, '3' as origin_code, timestamp '{cast.day(-5)} 09:40:00' as summary_sent_at from stranded_payer",
        items=f"{given}, '10202' as insurance_code, 86.40 as unit_amount, 43.20 as person_amount from stranded_payer",
    )
    acts.perform(world, "declaration_fails", "select key from new_bill", cause="02", on=cast.day(-3))


def _prints(world: "World", cast: Handlers) -> None:
    acts.perform(world, "certificate_cannot_be_printed", cast.tickets(1), cause="02", on=cast.day(-4))
    acts.perform(world, "certificate_cannot_be_printed", cast.tickets(1), cause="01", on=cast.day(-2))
    acts.perform(
        world, "certificate_cannot_be_printed", cast.tickets(1), cause="02", on=cast.day(-3), until=cast.day(2)
    )
    healed = cast.tickets(1)
    acts.perform(world, "certificate_cannot_be_printed", healed, cause="02", on=cast.day(-4), until=cast.day(-2))
    world.note_near_miss("A4.7", healed, "the data was generated, and it was printed")
    period = f"{cast.anchor:%Y%m}"
    stays = f"binds and channel_code in ('1', '3') and not at_counter(employer_key, 'HRSS', '{period}', 1)"

    def payers(base: int, where: str) -> str:
        return f"select taxpayer_key from world.taxpayer where employer_key in ({cast.employers(base, where)})"

    acts.perform(world, "prints_at_counter", payers(2, stays), period=period)
    acts.perform(world, "prints_at_counter", payers(1, stays), period=period, times=5)
    for times, where, why in (
        (2, stays, "twice only"),
        (4, "not binds", "has an account and has bound nothing"),
    ):
        near = payers(1, where)
        acts.perform(world, "prints_at_counter", near, period=period, times=times, notes=False)
        world.note_near_miss("A9.7", near, why)
    world.note_near_miss(
        "A4.7",
        """select ticket_no from world.client_print where place_code = '1'
        and ticket_no not in (select ticket_no from world.client_print where fail_code is not null)""",
        "printed at the counter, and nobody tried online",
    )


def _accounts(world: "World", cast: Handlers, block: Block) -> None:
    for what, form, on in (
        ("id_number", "same", None),
        ("id_number", "old", None),
        ("mobile", "same", None),
        ("mobile", "same", 2),
    ):
        acts.perform(
            world,
            "account_shares",
            cast.accounts(2, even=True),
            what=what,
            form=form,
            on=None if on is None else cast.day(on),
        )
    near = cast.accounts(2, even=True)
    acts.perform(world, "account_shares", near, what="mobile", first_leaves_on=cast.day(-40))
    world.note_near_miss("A4.1.2", near, "the other account is cancelled")
    near = cast.accounts(2, even=True)
    acts.perform(world, "account_shares", near, what="id_number", form="old", first_leaves_on=cast.day(-60))
    world.note_near_miss("A4.1.2", near, "the account with the same id number is cancelled")
    twice = cast.accounts(2, even=True)  # two things wrong with one account
    for what in ("id_number", "mobile"):
        acts.perform(world, "account_shares", twice, what=what)
    for offset, cause, purpose in ((-3, "01", "3"), (-6, "02", "3"), (-1, "04", "2"), (1, "01", "3")):
        acts.perform(world, "message_not_received", cast.accounts(1), on=cast.day(offset), cause=cause, purpose=purpose)
    acts.perform(world, "message_not_received", cast.accounts(1), on=cast.day(-2), cause="04", resent_after=4)
    acts.perform(world, "message_not_received", cast.accounts(1), on=cast.day(-4), cause="01", resent_after=18)
    if (
        block.first == 1
    ):  # the client is one for the whole city: every block lives through the same hours, one notes them
        acts.perform(world, "client_unreachable", outage_hours(world))
        world.note_near_miss(
            "A4.1.3",
            f"select '{cast.day(-1)} 09' as key",
            "many logins in the last days of the month, few of them fail",
        )


def _bindings(world: "World", cast: Handlers) -> None:
    def files(base: int, department: str, where: str = "binds and is_calm") -> str:
        return (f"select registration_key from world.registration where department_code = '{department}' "
                f"and employer_key in ({cast.employers(base, where)})")  # fmt: skip

    for until in (None, 3, -2):
        found = files(1, "NHSA")
        acts.perform(world, "association_cancelled", found, on=cast.day(-9))
        if until is not None:
            acts.perform(world, "tied_anew", found, on=cast.day(until))
        acts.perform(world, "binding_fails", found, on=cast.day(-2) if until != -2 else f"{cast.day(-2)} 10:20:00")
        if until == -2:
            world.note_near_miss("A4.2.1", found, "tied and bound the same day")
    struck = f"""select c.employer_key from world.change join world.taxpayer as c on c.taxpayer_key = change.key
        where attribute = 'status_code' and value <> '03' and changed_at < timestamp '{cast.day(-4)}'
            and c.employer_key in (select employer_key from world.client_use where binds)
            and c.employer_key not in (select employer_key from world.employer where closed_on is not null)
        group by c.employer_key order by chance(c.employer_key, 'struck'), c.employer_key limit {cast.cases(1)}"""
    acts.perform(world, "handler_leaves", struck, on=cast.day(-4))
    acts.perform(
        world, "binding_fails", f"select registration_key from world.registration where department_code = 'HRSS' and employer_key in ({struck})",
        on=cast.day(-2),
    )  # fmt: skip

    def payers(base: int) -> str:
        normal = """binds and employer_key not in (
            select t.employer_key from world.change join world.taxpayer as t on t.taxpayer_key = change.key where attribute = 'status_code')"""
        return f"select taxpayer_key from world.taxpayer where employer_key in ({cast.employers(base, normal)})"

    blank = payers(1)
    acts.perform(world, "contact_phone_wrong", blank, how="empty")
    acts.perform(
        world, "binding_fails",
        f"select registration_key from world.registration where employer_key in (select employer_key from world.taxpayer where taxpayer_key in ({blank}))",
        on=cast.day(-3), tries=2,
    )  # fmt: skip
    by_another = payers(1)
    acts.perform(world, "contact_phone_wrong", by_another, how="landline", roles=["clerk"])
    world.note_near_miss(
        "A4.2.1",
        f"""select registration_key from world.registration where department_code = 'HRSS' and not is_project
            and employer_key in (select employer_key from world.taxpayer where taxpayer_key in ({by_another}))""",
        "tried in vain with one phone, bound with another a quarter of an hour later",
    )
    acts.perform(world, "contact_phone_wrong", payers(1), how="malformed", roles=["legal"])
    acts.perform(world, "contact_phone_wrong", payers(1), how="landline")
    near = payers(1)
    acts.perform(world, "contact_phone_wrong", near, how="prefixed")
    world.note_near_miss("A4.2.2", near, "written with the country code")
    near = payers(1)
    acts.perform(world, "contact_phone_wrong", near, how="zero", roles=["finance", "clerk"])
    world.note_near_miss("A4.2.2", near, "written with a 0 before it")
    left = cast.employers(1)
    acts.perform(world, "handler_leaves", left, on=cast.day(-15))


def _confirmations(world: "World", cast: Handlers) -> None:
    def files(base: int) -> str:
        return f"select registration_key from world.registration where employer_key in ({cast.employers(base)})"

    acts.perform(world, "items_not_confirmed", files(1))
    acts.perform(world, "items_not_confirmed", files(1), until=cast.day(2))
    near = files(1)
    acts.perform(world, "items_not_confirmed", near, until=cast.day(-1))
    world.note_near_miss("A2.12", near, "confirmed the working day before")
    note_unconfirmed(world, cast.day(-22), "world.employer")

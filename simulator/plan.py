"""The usual way of registrations and bills: who does the next step when. Each stage plans from the step before it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.params import choose_sql

if TYPE_CHECKING:
    from simulator.world import World


def usual_enrolments(registrations: str) -> str:
    """SQL of the insurance items that a unit type is usually enrolled in; project registrations only for injury."""
    return f"""
        select registrations.registration_key, item.insurance_code
        from world.registration as registrations
        join world.employer as employers using (employer_key)
        join item on item.department_code = registrations.department_code
        where registrations.registration_key in (select key from {registrations})
            and case
                when registrations.is_project then item.insurance_code = '10204'
                when employers.is_institution then item.insurance_code in
                    ('10211', 'ZYNJ', '10202', '10204', '10203', '10299-03', '10299-04', '10299-05')
                else item.insurance_code in ('10201', '10202', '10204', '10203', '10299-03', '10299-05')
            end
    """


def fill_persons_of_employers(world: "World", employers: str) -> None:
    """Sampled persons of new employers: valid made-up id numbers of Nanning, wages around the mean."""
    wage = world.params["wage"]
    world.sql(
        f"""
        insert into world.person
        select
            person_key, employer_key, n,
            make_id(pick(['450102', '450103', '450105', '450107', '450108', '450109', '450110', '450123', '450124', '450125',
                '450126', '450181'], chance(person_key, 'area')),
                date '1966-02-01' + chance_int(person_key, 'birth', 0, 13800), 1 + (employer_no * 37 + n * 13) % 998),
            make_person_name(person_key),
            '1' || lpad((employer_no * 100 + n)::varchar, 9, '0'),
            '4501' || lpad((employer_no * 100 + n)::varchar, 16, '0'),
            cents({wage["mean"]} * (0.45 + 0.35 * (chance(person_key, 'wage 1') + chance(person_key, 'wage 2')
                + chance(person_key, 'wage 3') * chance(person_key, 'wage 4') * 2)))
        from (
            select employer_key, employer_no, unnest(range(1, headcount + 1)) as n, employer_key || '-' || n as person_key
            from world.employer
            where employer_key in (from ({employers}))
        )
        """
    )


def plan_registrations(world: "World", scope: str) -> None:
    """Tax reads the two registration tables and passes them on to the front database."""
    inside = f"registration_key in (select key from {scope})"
    world.sql(
        f"""
        update world.registration set base_read_at = {_usual_read("base_sent_at", "registration_key")}
        where {inside} and base_read_at is null and base_sent_at is not null;
        update world.enrolment set read_at = {_usual_read("sent_at", "registration_key")}
        where {inside} and read_at is null and sent_at is not null;
        """
    )
    plan_registration_intake(world, scope)


def plan_registration_intake(world: "World", scope: str) -> None:
    """Support platform, sharing platform and front database take a registration that was read completely."""
    world.sql(
        f"""
        update world.registration set
            received_at = null, pushed_at = null, written_back_at = null, shared_at = null, shared_pushed_at = null,
            front_at = null, front_processed_at = null, front_state_code = null
        where registration_key in (select key from {scope});
        create or replace temp table intake as
        select registrations.registration_key as key,
            greatest(registrations.base_read_at, min(enrolments.read_at)) + to_minutes(5) as t,
            chance(registrations.registration_key, 'registration intake') as p
        from world.registration as registrations
        join world.enrolment as enrolments on enrolments.registration_key = registrations.registration_key
        where registrations.registration_key in (select key from {scope})
            and registrations.base_read_at is not null and enrolments.read_at is not null
        group by registrations.registration_key, registrations.base_read_at;
        update world.registration set
            received_at = t, pushed_at = t + to_minutes(10 + (p * 40)::int), shared_at = t + to_minutes(12 + (p * 40)::int),
            shared_pushed_at = t + to_minutes(15 + (p * 40)::int), front_at = t + to_minutes(17 + (p * 40)::int),
            front_processed_at = t + to_minutes(30 + (p * 60)::int), written_back_at = t + to_minutes(40 + (p * 60)::int),
            front_state_code = '1'
        from intake where registration_key = intake.key;
        """
    )


# The tie that a registration's bills follow: the latest one that holds.
TIES = """
    select registration_key, max_by(taxpayer_key, associated_at) as taxpayer_key,
        max_by(fee_registration_no, associated_at) as fee_registration_no, max_by(bureau_code, associated_at) as bureau_code
    from world.fee_registration where cancelled_at is null and associated_at is not null group by registration_key
"""


def add_bill_items(world: "World", items: str, persons: str | None) -> None:
    """Items and detail lines of the bills in `new_bill`; totals of the bill (temp table `bill_total`) follow from them."""
    world.sql(
        f"""
        create or replace temp table new_item as
        select new_bill.key as bill_key, given.* from ({items}) as given
        join new_bill on new_bill.registration_key = given.registration_key and new_bill.period = given.period
            and new_bill.bill_no = given.bill_no::int
        """
    )
    have = {row[0] for row in world.rows("describe new_item")}
    count = "person_count::int" if "person_count" in have else "1"
    world.sql(
        f"""
        create or replace temp table new_bill_item as
        select bill_key, insurance_code,
            row_number() over (partition by bill_key order by item.sort_order) as item_no, {count} as person_count,
            unit_amount::decimal(16, 2) as unit_amount, person_amount::decimal(16, 2) as person_amount,
            unit_amount::decimal(16, 2) + person_amount::decimal(16, 2) as amount, amount as tax_amount, true as is_declared
        from new_item join item using (insurance_code);
        insert into world.bill_item from new_bill_item;
        create or replace temp table bill_total as
        select bill_key, sum(amount) as amount, max(person_count) as person_count from new_bill_item group by bill_key;
        """
    )
    if persons is not None:
        world.sql(
            f"""
            insert into world.bill_person
            select bill_key, row_number() over (partition by bill_key order by insurance_code, person_no, part_code),
                insurance_code, person_no, id_number, name, part_code, base, amount
            from (
                select new_bill.key as bill_key, given.* from ({persons}) as given
                join new_bill on new_bill.registration_key = given.registration_key and new_bill.period = given.period
                    and new_bill.bill_no = given.bill_no::int
            )
            """
        )
        return
    world.sql(
        """
        insert into world.bill_person
        select bill_key, row_number() over (partition by bill_key order by insurance_code, part_code),
            insurance_code, person_no, id_number, name, part_code, base, part_amount
        from (
            select items.bill_key, items.insurance_code, parts.part_code,
                case bills.department_code when 'HRSS' then persons.hrss_no else persons.nhsa_no end as person_no,
                persons.id_number, persons.name, persons.wage as base,
                case parts.part_code when '1' then items.unit_amount else items.person_amount end as part_amount
            from new_bill_item as items
            join new_bill_row as bills using (bill_key)
            join world.person as persons on persons.employer_key = bills.employer_key and persons.person_no = 1
            cross join (values ('1'), ('2')) as parts(part_code)
        )
        where part_amount <> 0
        """
    )


# --- the stages of a bill as selects: each takes a select of rows of world.bill and gives them with its columns planned anew


def _restage(world: "World", scope: str, stages: Callable[[str], str]) -> None:
    """Plan the bills of a scope anew: out of the table, through the stages, back in."""
    chosen = f"select * from world.bill where bill_key in (select key from {scope})"
    world.sql(
        f"""
        create or replace temp table staged as {stages(chosen)};
        delete from world.bill where bill_key in (select key from {scope});
        insert into world.bill by name from staged;
        """
    )


def plan_usual(world: "World") -> None:
    """The whole usual way of the new bills in `new_bill_row`, whose tables are known to agree: straight into the world."""
    read = _reading("from new_bill_row")
    world.sql(
        f"insert into world.bill by name {_declaring(_taking(f'select *, null::varchar as reason from ({read})'))}"
    )
    plan_tickets(world, "new_bill", fresh=True)


def plan_defaults(world: "World", bills: str, *, new: bool = False) -> None:
    """The whole usual way of bills, from reading on. Steps whose day is not known (pay_on, declare_on) stay out.

    new: they have no tickets yet.
    """
    scope = world.scope(bills, "planned")
    _restage(world, scope, lambda rows: _declaring(_taking(_checked(_reading(rows), scope))))
    _take_items(world, scope)
    plan_tickets(world, scope, new=new)


def plan_from_reading(world: "World", bills: str) -> None:
    """Plan anew what follows from reading: intake, declaration, tickets, payment, returns."""
    scope = world.scope(f"select key from {bills}", "planned_from_reading")
    _restage(world, scope, lambda rows: _declaring(_taking(_checked(rows, scope))))
    _take_items(world, scope)
    plan_tickets(world, scope)


def plan_from_front(world: "World", bills: str) -> None:
    """Plan anew what follows from processing in the front database."""
    scope = world.scope(f"select key from {bills}", "planned_from_front")
    _restage(world, scope, _declaring)
    plan_tickets(world, scope)


def plan_reading(world: "World", scope: str) -> None:
    """Tax reads the summary row: the same or the next working day. A missing summary is never read."""
    _restage(world, scope, _reading)


def _usual_read(sent: str, key: str) -> str:
    """The moment at which the other side reads: the same day when sent early, else the next working morning."""
    return f"""
        case when chance({key}, 'read same day') < 0.6 and extract(hour from {sent}) < 15 and is_workday({sent})
            then {sent} + to_minutes(chance_int({key}, 'read minutes', 20, 130))
            else moment(workday_after({sent}, 1), chance({key}, 'read at'), 505, 630) end
    """


def _reading(rows: str) -> str:
    return f"""
        select * replace (
            case when summary_sent_at is not null and read_at is null and coalesce(withdrawn_at, voided_at) is null
                then {_usual_read("summary_sent_at", "bill_key")} else read_at end as read_at)
        from ({rows})
    """


def _checked(rows: str, scope: str) -> str:
    """The rows with what the support platform objects to: a table is missing, the sums differ, the unit number is unknown."""
    return f"""
        select bills.*, case
            when read_at is null then null
            when processing_sent_at is null then '缺少征集处理表'
            when detail_sent_at is null then '缺少征集明细表'
            when bills.amount is distinct from items.amount then '汇总表与处理表金额不一致'
            when items.amount is distinct from persons.amount then '处理表与明细表金额不一致'
            when units.unit_no is null then '未查询到单位编号' end as reason
        from ({rows}) as bills
        left join (select bill_key, sum(amount) as amount from world.bill_item
                   where bill_key in (select key from {scope}) group by bill_key) as items on items.bill_key = bills.bill_key
        left join (select bill_key, sum(amount) as amount from world.bill_person
                   where bill_key in (select key from {scope}) group by bill_key) as persons on persons.bill_key = bills.bill_key
        left join (select distinct department_code, source_system, unit_no from world.registration
                   where base_sent_at is not null or registration_key in
                       (select registration_key from world.enrolment where sent_at is not null)) as units
            on units.department_code = bills.department_code and units.source_system = bills.source_system
            and units.unit_no = bills.unit_no
    """


def _taking(rows: str) -> str:
    """Support platform receives, checks, pushes; sharing platform and front database pass it on; it is processed.

    The rows bring the reason of the platform's own check: NULL when all is well.
    """
    return f"""
        with chosen as (
            select *, case when read_at is not null then read_at + to_minutes(chance_int(bill_key, 'receive', 3, 12)) end as received,
                chance(bill_key, 'intake') as p, chance(bill_key, 'process') as q
            from ({rows})
        ),
        passed as (
            select *, case when received is not null and reason is null then
                greatest(received, processing_sent_at + to_minutes(5), detail_sent_at + to_minutes(5)) + to_minutes(5 + (p * 35)::int)
                end as pushed
            from chosen
        ),
        taken as (
            select *, pushed + to_minutes(5 + (q * 8)::int) as front,
                case when q < 0.12 then moment(workday_after(front, 1), p, 500, 560) else front + to_minutes(4 + (p * 56)::int) end as processed
            from passed
        )
        select * exclude (received, reason, p, q, pushed, front, processed) replace (
            received as received_at,
            case when received is null then null when reason is null then '1' else '2' end as validation_code,
            reason as intercept_reason,
            pushed as pushed_at,
            processed + to_minutes(8) as written_back_at,
            pushed + to_minutes(2) as shared_at,
            pushed + to_minutes(4 + (q * 8)::int) as shared_pushed_at,
            front as front_at,
            processed as front_processed_at,
            case when front is not null then '1' end as front_state_code)
        from taken
    """


def _declaring(rows: str) -> str:
    """The payer declares: on the day it pays, the working day before a batch or collection, or on declare_on."""
    return f"""
        select * replace (
            case
                when front_processed_at is null or front_state_code <> '1' or coalesce(pay_on, declare_on) is null then null
                else greatest(
                    front_processed_at + to_minutes(10),
                    moment(
                        coalesce(declare_on, case when channel_code in ('2', '5') then workday_after(pay_on, -1) else pay_on end),
                        chance(bill_key, 'declare'), 515, 870
                    )
                ) end as declared_at)
        from ({rows})
    """


def _take_items(world: "World", scope: str) -> None:
    """The support platform has the items of the bills that it received with their processing table."""
    world.sql(
        f"""
        update world.bill_item set tax_amount = case when bills.received_at is not null and bills.processing_sent_at is not null
            then bill_item.amount end
        from world.bill as bills
        where bill_item.bill_key = bills.bill_key and bills.bill_key in (select key from {scope})
        """
    )


def batch_days(world: "World", period: str) -> tuple[str, str]:
    """SQL of the two days of a period's batch deductions; long holidays push them, never onto one day."""
    first, second = world.params["payment"]["batch_days"]
    first_day = f"workday_not_before(month_first({period}) + {first - 1})"
    return (
        first_day,
        f"greatest(workday_not_before(month_first({period}) + {second - 1}), workday_after({first_day}, 1))",
    )


def plan_tickets(world: "World", scope: str, *, fresh: bool = False, new: bool = False) -> None:
    """Invoice, deduction, remittance, settlement, returns, reading and posting of the bills that are paid.

    Direct channels deduct on the day; now and then the first try meets an empty account and the second succeeds. Batch
    deduction tries on its two days of the month; what fails twice is voided and paid at the bank. Annuity is collected in
    two rounds a day, or debited at once where the payer chose that. Cash is summed up and remitted in the evening.
    new: none of them has tickets yet. fresh: nor has any other bill, and all items are declared.
    """
    pay = world.params["payment"]
    first_batch, second_batch = batch_days(world, "bills.period")
    if not (fresh or new):
        for table in ("ticket", "ticket_item", "deduction"):
            world.sql(f"delete from world.{table} where bill_key in (select key from {scope})")
    chosen = f"""{"" if fresh else f"bills.bill_key in (select key from {scope}) and"} bills.declared_at is not null
        and bills.pay_on is not null and bills.withdrawn_at is null and bills.voided_at is null"""
    if not world.value(f"select count(*) from world.bill as bills where {chosen}"):
        return
    declared = (
        "bills.amount"
        if fresh
        else "(select sum(i.amount) from world.bill_item as i where i.is_declared and i.bill_key = bills.bill_key)"
    )
    world.sql(
        f"""
        create or replace temp table paying as
        select
            bills.bill_key, bills.registration_key, bills.period, bills.ticket_stem, bills.channel_code, bills.declared_at, bills.bureau_code,
            agreements.agreement_key, {declared} as declared_amount,
            greatest(bills.pay_on, bills.declared_at::date) as pay_day,
            chance(bills.bill_key, 'pay time') as p,
            -- a registration meets a refusal in one month of three at most, never two running
            case when bills.channel_code = '2' and (substr(bills.period, 5, 2)::int + chance_int(bills.registration_key, 'refusal month', 0, 2)) % 3 = 0
                and chance(bills.registration_key || bills.period, 'refused') < {3 * pay["refusal_rate"]}
                and bills.pay_on = {first_batch}
                then case when chance(bills.registration_key || bills.period, 'refused twice') < 0.25 then 2 else 1 end
                else 0 end as refusals,
            case when bills.channel_code = '2' then {second_batch} end as second_batch,
            bills.channel_code = '5' and not {annuity_is_immediate(world, "bills.registration_key")} as is_collected
        from world.bill as bills
        left join ({AGREEMENTS}) as agreements on agreements.taxpayer_key = bills.taxpayer_key
        where {chosen};
        """
    )
    codes = dict(pay["refusals"])
    remitted = f"""
        (select * from world.ticket_item limit 0)
        union all by name
        select ticket_no, bill_key, insurance_code, items.amount,
            case when channel_code = '4' then greatest(paid_at + to_minutes(5), {summary_moment("paid_at", "bureau_code")})
                else paid_at + to_minutes(5) end as remitted_at,
            case when paid_at is not null then items.amount end as remitted_amount
        from new_ticket join world.bill_item as items using (bill_key)
        where items.is_declared
    """
    world.sql(
        f"""
        create or replace temp table new_ticket as
        -- step by step: a moment used within another is planned once only when it is a column of a select before
        with issued as (
            select *,
                case when channel_code in ('1', '2') then agreement_key end as chosen_agreement,
                case when channel_code = '2' or is_collected then greatest(declared_at + to_minutes(3), moment(pay_day, p, 470, 500))
                    else declared_at + to_minutes(2 + (p * 10)::int) end as issued_at
            from paying
        ),
        collected as (
            select *,
                -- the second round of collection: what the first one did not get, and what came too late for it
                is_collected and (issued_at > pay_day::timestamp + interval 9 hour
                    or chance(bill_key, 'empty account') < {pay["collection_refusal_rate"]}) as is_second_round
            from issued
        ),
        paid as (
            select *,
                case when refusals = 0 then
                    case when channel_code = '2' then greatest(issued_at + to_minutes(20), moment(pay_day, p, 990, 1040))
                        when is_collected then greatest(issued_at + to_minutes(20),
                            case when is_second_round then moment(pay_day, p, 940, 970) else moment(pay_day, p, 660, 700) end)
                        else issued_at + to_minutes(case channel_code when '3' then 15 + (p * 90)::int else 4 + (p * 8)::int end) end
                    when refusals = 1 then moment(second_batch, p, 990, 1040) end as paid_at
            from collected
        )
        select
            ticket_stem || '1' as ticket_no, bill_key, 1 as seq, channel_code, refusals, declared_amount, is_collected, bureau_code, p, pay_day,
            chosen_agreement as agreement_key, issued_at,
            case when refusals = 2 then moment(workday_after(second_batch, 1), p, 540, 620) end as voided_at,
            is_second_round, paid_at,
            -- refused in the first round of a collection's day, or an account that was empty a few minutes before
            case when paid_at is null then 0
                when is_second_round and issued_at <= paid_at::date::timestamp + interval 9 hour then 1
                when (channel_code = '1' or (channel_code = '5' and not is_collected)) and chance(bill_key, 'empty account') < 0.05 then 1
                else 0 end as misses
        from paid
        union all
        select ticket_stem || '2', bill_key, 2, '3', 0, declared_amount, false, bureau_code, p, pay_day, null,
            moment(workday_after(second_batch, 2), p, 560, 700) as issued_at, null, false,
            issued_at + to_minutes(20 + (p * 60)::int), 0
        from paying where refusals = 2;

        insert into world.ticket
        select ticket_no, bill_key, seq, channel_code, agreement_key, issued_at, voided_at from new_ticket;

        insert into world.ticket_item by name {_posting(_returning(_settling(remitted)))};

        create or replace temp table attempt as
        -- the try that succeeds
        select ticket_no, bill_key, 1 + misses + case when channel_code = '2' then refusals else 0 end as seq, channel_code, agreement_key,
            is_collected, declared_amount as amount,
            case when channel_code = '2' then greatest(issued_at + to_minutes(10), moment(paid_at::date, 0.5, 540, 600))
                when is_collected then greatest(issued_at + to_minutes(10),
                    case when is_second_round then moment(paid_at::date, 0.5, 840, 860) else moment(paid_at::date, 0.5, 560, 580) end)
                else paid_at - to_minutes(2) end as sent_at,
            paid_at as returned_at, '90000' as return_code
        from new_ticket where paid_at is not null
        union all
        -- batch: refusals on the first day and, when refused twice, on the second
        select ticket_no, bill_key, n, '2', new_ticket.agreement_key, false, new_ticket.declared_amount,
            case n when 1 then greatest(issued_at + to_minutes(10), moment(day, 0.5, 540, 600)) else moment(day, 0.5, 540, 600) end,
            greatest(case n when 1 then issued_at + to_minutes(20) end, moment(day, days.p, 990, 1040)),
            {choose_sql("chance(registration_key || period, 'refusal code')", codes)}
        from (
            select bill_key, registration_key, period, p, refusals, unnest([pay_day, second_batch]) as day, unnest([1, 2]) as n
            from paying where refusals > 0
        ) as days
        join new_ticket using (bill_key)
        where new_ticket.seq = 1 and new_ticket.channel_code = '2' and days.n <= days.refusals
        union all
        -- direct debit: an empty account a few minutes before; collection: refused in the first round of the day
        select ticket_no, bill_key, 1, channel_code, agreement_key, is_collected, declared_amount,
            case when is_collected then moment(paid_at::date, 0.5, 560, 580) else paid_at - to_minutes(3) end,
            case when is_collected then moment(paid_at::date, chance(bill_key, 'round'), 660, 700)
                else paid_at - to_minutes(3) + to_seconds(20) end,
            case when is_collected then {choose_sql("chance(bill_key, 'collection refusal code')", dict(pay["collection_refusals"]))}
                else '24007' end
        from new_ticket where misses > 0;

        insert into world.deduction
        select ticket_no || seq::varchar, ticket_no, bill_key, seq, channel_code,
            case when channel_code = '2' then 'P' || strftime(sent_at, '%Y%m%d') || '01'
                when is_collected and extract(hour from sent_at) < 13 then 'N' || strftime(sent_at, '%Y%m%d') || '01'
                when is_collected then 'N' || strftime(sent_at, '%Y%m%d') || '02' end,
            agreement_key, amount, sent_at, returned_at, return_code, return_text
        from attempt join return_code using (return_code);
        """
    )


# The agreement that a taxpayer's direct and batch payments use.
AGREEMENTS = "select taxpayer_key, min(agreement_key) as agreement_key from world.agreement where ended_on is null group by taxpayer_key"


def annuity_is_immediate(world: "World", registration_key: str) -> str:
    """SQL: this payer's annuity is debited at once, not collected in rounds. Its deductions carry no batch number."""
    return f"(chance({registration_key}, 'annuity way') < {world.params['payment']['annuity_immediate_share']})"


def summary_moment(taken_at: str, bureau_code: str) -> str:
    """SQL: when the cash that a bureau took at a moment is summed up and remitted: that evening, all receipts together."""
    return f"moment({taken_at}, chance({bureau_code} || ({taken_at})::date::varchar, 'cash summary'), 1000, 1030)"


def agreement_of(bill_key: str) -> str:
    return f"""(select min(agreements.agreement_key) from world.agreement as agreements
        join world.bill as of_bill on of_bill.taxpayer_key = agreements.taxpayer_key
        where of_bill.bill_key = {bill_key} and agreements.ended_on is null)"""


# --- the stages of a ticket's item as selects, as those of a bill


def _restage_items(world: "World", tickets: str, stages: Callable[[str], str]) -> None:
    scope = world.scope(tickets, "scope_tickets")
    chosen = f"select * from world.ticket_item where ticket_no in (select key from {scope})"
    world.sql(
        f"""
        create or replace temp table staged_item as {stages(chosen)};
        delete from world.ticket_item where ticket_no in (select key from {scope});
        insert into world.ticket_item by name from staged_item;
        """
    )


def plan_settlement(world: "World", tickets: str) -> None:
    """Treasury books what was remitted (never the annuity), then the returns follow."""
    _restage_items(world, tickets, lambda rows: _posting(_returning(_settling(rows))))


def plan_returns(world: "World", tickets: str) -> None:
    """Tax returns remittance and settlement in the night or next morning; the agency reads the next working day and posts."""
    _restage_items(world, tickets, lambda rows: _posting(_returning(rows)))


def plan_posting(world: "World", tickets: str) -> None:
    """The agency posts what it has read: within two hours."""
    _restage_items(world, tickets, _posting)


def _settling(rows: str) -> str:
    return f"""
        select * replace (
            case when insurance_code <> 'ZYNJ' and remitted_at is not null then
                case when chance(ticket_no, 'settle same day') < 0.3 and extract(hour from remitted_at) < 16 and is_workday(remitted_at)
                    then moment(remitted_at, chance(ticket_no, 'settle at'), 1020, 1070)
                    else moment(workday_after(remitted_at, 1), chance(ticket_no, 'settle at'), 540, 680) end end as settled_at,
            case when insurance_code <> 'ZYNJ' and remitted_at is not null then remitted_amount end as settled_amount)
        from ({rows})
    """


def _returning(rows: str) -> str:
    return f"""
        select * exclude (sort_order) replace (
            case when remitted_at is not null then '1' || substr(ticket_no, 3) || sort_order end as remittance_no,
            {_returned("remitted_at", "return")} as remittance_returned_at,
            {_agency_reads("remitted_at", "read return")} as remittance_read_at,
            case when settled_at is not null then '2' || substr(ticket_no, 3) || sort_order end as settlement_no,
            {_returned("settled_at", "return settled")} as settlement_returned_at,
            {_agency_reads("settled_at", "read settled")} as settlement_read_at)
        from (select items.*, item.sort_order from ({rows}) as items join item on item.insurance_code = items.insurance_code)
    """


def _posting(rows: str) -> str:
    return f"""
        select * replace (
            remittance_read_at + to_minutes(chance_int(ticket_no, 'post', 10, 110)) as posted_at,
            case when remittance_read_at is not null then remitted_amount end as posted_amount,
            case when remittance_read_at is not null then 1 end as post_count)
        from ({rows})
    """


def _returned(event: str, purpose: str) -> str:
    return f"""case when chance(ticket_no, '{purpose}') < 0.6 and is_workday({event})
        then moment({event}, chance(ticket_no, '{purpose} at'), 1140, 1230)
        else moment(workday_after({event}, 1), chance(ticket_no, '{purpose} at'), 420, 500) end"""


def _agency_reads(event: str, purpose: str) -> str:
    return f"moment(workday_after({event}, 1), chance(ticket_no, '{purpose} at'), 540, 960)"

"""The usual way of registrations and bills: who does the next step when. Each stage plans from the step before it."""

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


def tie_bills(world: "World") -> None:
    """Give the bills in temp table `given` the taxpayer and fee registration that their registration is tied to."""
    world.sql(
        """
        update given set
            taxpayer_key = coalesce(given.taxpayer_key, tie.taxpayer_key),
            fee_registration_no = coalesce(given.fee_registration_no, tie.fee_registration_no),
            bureau_code = coalesce(tie.bureau_code, given.bureau_code)
        from (
            select registration_key, max_by(taxpayer_key, associated_at) as taxpayer_key,
                max_by(fee_registration_no, associated_at) as fee_registration_no, max_by(bureau_code, associated_at) as bureau_code
            from world.fee_registration where cancelled_at is null and associated_at is not null group by all
        ) as tie
        where given.registration_key = tie.registration_key
        """
    )


def add_bill_items(world: "World", items: str, persons: str | None) -> None:
    """Items and detail lines of the bills in `new_bill`; totals of the bill follow from them unless given."""
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
        insert into world.bill_item
        select bill_key, insurance_code,
            row_number() over (partition by bill_key order by item.sort_order), {count},
            unit_amount::decimal(16, 2), person_amount::decimal(16, 2),
            unit_amount::decimal(16, 2) + person_amount::decimal(16, 2), unit_amount::decimal(16, 2) + person_amount::decimal(16, 2),
            true
        from new_item join item using (insurance_code);
        update new_bill_row set
            amount = coalesce(new_bill_row.amount, sums.amount), person_count = coalesce(new_bill_row.person_count, sums.person_count)
        from (select bill_key, sum(amount) as amount, max(person_count) as person_count from world.bill_item
              where bill_key in (select key from new_bill) group by all) as sums
        where new_bill_row.bill_key = sums.bill_key;
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
            from world.bill_item as items
            join new_bill_row as bills using (bill_key)
            join world.person as persons on persons.employer_key = bills.employer_key and persons.person_no = 1
            cross join (values ('1'), ('2')) as parts(part_code)
        )
        where part_amount <> 0
        """
    )


def plan_defaults(world: "World", bills: str) -> None:
    """The whole usual way of bills, from reading on. Steps whose day is not known (pay_on, declare_on) stay out."""
    scope = world.scope(bills, "planned")
    plan_reading(world, scope)
    plan_from_reading(world, scope)


def plan_from_reading(world: "World", bills: str) -> None:
    """Plan anew what follows from reading: intake, declaration, tickets, payment, returns."""
    scope = world.scope(f"select key from {bills}", "planned_from_reading")
    plan_intake(world, scope)
    plan_from_front(world, scope)


def plan_from_front(world: "World", bills: str) -> None:
    """Plan anew what follows from processing in the front database."""
    scope = world.scope(f"select key from {bills}", "planned_from_front")
    plan_declaration(world, scope)
    plan_tickets(world, scope)


def _usual_read(sent: str, key: str) -> str:
    """The moment at which the other side reads: the same day when sent early, else the next working morning."""
    return f"""
        case when chance({key}, 'read same day') < 0.6 and extract(hour from {sent}) < 15 and is_workday({sent})
            then {sent} + to_minutes(chance_int({key}, 'read minutes', 20, 130))
            else moment(workday_after({sent}, 1), chance({key}, 'read at'), 505, 630) end
    """


def plan_reading(world: "World", scope: str) -> None:
    """Tax reads the summary row: the same or the next working day. A missing summary is never read."""
    world.sql(
        f"""
        update world.bill set read_at = {_usual_read("summary_sent_at", "bill_key")}
        where bill_key in (select key from {scope}) and summary_sent_at is not null and read_at is null
            and coalesce(withdrawn_at, voided_at) is null
        """
    )


def plan_intake(world: "World", scope: str) -> None:
    """Support platform receives, checks, pushes; sharing platform and front database pass it on; it is processed.

    The check is the platform's own: all three tables arrived, their sums agree, the unit number is known.
    """
    world.sql(
        f"""
        update world.bill set
            received_at = null, validation_code = null, intercept_reason = null, pushed_at = null, written_back_at = null,
            shared_at = null, shared_pushed_at = null, front_at = null, front_processed_at = null, front_state_code = null
        where bill_key in (select key from {scope});
        create or replace temp table intake as
        with chosen as (
            select bill_key as key, department_code, source_system, unit_no, amount, processing_sent_at, detail_sent_at,
                read_at + to_minutes(chance_int(bill_key, 'receive', 3, 12)) as received,
                chance(bill_key, 'intake') as p, chance(bill_key, 'process') as q
            from world.bill where bill_key in (select key from {scope}) and read_at is not null
        ),
        checks as (
            select chosen.*,
                greatest(received, processing_sent_at + to_minutes(5), detail_sent_at + to_minutes(5)) as checked,
                case
                    when processing_sent_at is null then '缺少征集处理表'
                    when detail_sent_at is null then '缺少征集明细表'
                    when chosen.amount is distinct from items.amount then '汇总表与处理表金额不一致'
                    when items.amount is distinct from persons.amount then '处理表与明细表金额不一致'
                    when units.unit_no is null then '未查询到单位编号'
                end as reason
            from chosen
            left join (select bill_key as key, sum(amount) as amount from world.bill_item
                       where bill_key in (select key from {scope}) group by all) as items using (key)
            left join (select bill_key as key, sum(amount) as amount from world.bill_person
                       where bill_key in (select key from {scope}) group by all) as persons using (key)
            left join (select distinct department_code, source_system, unit_no from world.registration
                       where base_sent_at is not null or registration_key in
                           (select registration_key from world.enrolment where sent_at is not null)) as units
                on units.department_code = chosen.department_code and units.source_system = chosen.source_system
                and units.unit_no = chosen.unit_no
        ),
        passed as (select *, checked + to_minutes(5 + (p * 35)::int) as pushed from checks),
        taken as (
            select *, pushed + to_minutes(2) as shared, pushed + to_minutes(4 + (q * 8)::int) as shared_pushed,
                pushed + to_minutes(5 + (q * 8)::int) as front
            from passed
        )
        select key, received, reason, pushed, shared, shared_pushed, front,
            case when q < 0.12 then moment(workday_after(front, 1), p, 500, 560) else front + to_minutes(4 + (p * 56)::int) end as processed
        from taken;
        update world.bill set
            received_at = received,
            validation_code = case when reason is null then '1' else '2' end,
            intercept_reason = reason,
            pushed_at = case when reason is null then pushed end,
            shared_at = case when reason is null then shared end,
            shared_pushed_at = case when reason is null then shared_pushed end,
            front_at = case when reason is null then front end,
            front_processed_at = case when reason is null then processed end,
            written_back_at = case when reason is null then processed + to_minutes(8) end,
            front_state_code = case when reason is null then '1' end
        from intake where bill_key = intake.key;
        update world.bill_item set tax_amount = case when bills.received_at is not null and bills.processing_sent_at is not null
            then bill_item.amount end
        from world.bill as bills
        where bill_item.bill_key = bills.bill_key and bills.bill_key in (select key from {scope});
        """
    )


def plan_declaration(world: "World", scope: str) -> None:
    """The payer declares: on the day it pays, the working day before a batch or collection, or on declare_on."""
    world.sql(
        f"""
        update world.bill set declared_at = case
            when front_processed_at is null or front_state_code <> '1' or coalesce(pay_on, declare_on) is null then null
            else greatest(
                front_processed_at + to_minutes(10),
                moment(
                    coalesce(declare_on, case when channel_code in ('2', '5') then workday_after(pay_on, -1) else pay_on end),
                    chance(bill_key, 'declare'), 515, 870
                )
            ) end
        where bill_key in (select key from {scope})
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


def plan_tickets(world: "World", scope: str) -> None:
    """Invoice, deduction, remittance, settlement, returns, reading and posting of the bills that are paid.

    Direct channels deduct on the day; now and then the first try meets an empty account and the second succeeds. Batch
    deduction tries on its two days of the month; what fails twice is voided and paid at the bank. Annuity is collected in
    two rounds a day, or debited at once where the payer chose that. Cash is summed up and remitted in the evening.
    """
    pay = world.params["payment"]
    first_batch, second_batch = batch_days(world, "bills.period")
    world.sql(
        f"""
        delete from world.ticket where bill_key in (select key from {scope});
        delete from world.ticket_item where bill_key in (select key from {scope});
        delete from world.deduction where bill_key in (select key from {scope});
        create or replace temp table paying as
        select
            bills.*, items.declared_amount,
            greatest(bills.pay_on, bills.declared_at::date) as pay_day,
            chance(bills.bill_key, 'pay time') as p,
            -- a registration meets a refusal in one month of three at most, never two running
            case when bills.channel_code = '2' and (substr(bills.period, 5, 2)::int + chance_int(bills.registration_key, 'refusal month', 0, 2)) % 3 = 0
                and chance(bills.registration_key || bills.period, 'refused') < {3 * pay["refusal_rate"]}
                and bills.pay_on = {first_batch}
                then case when chance(bills.registration_key || bills.period, 'refused twice') < 0.25 then 2 else 1 end
                else 0 end as refusals,
            {second_batch} as second_batch,
            bills.channel_code = '5' and not {annuity_is_immediate(world, "bills.registration_key")} as is_collected
        from world.bill as bills
        join (select bill_key, sum(amount) as declared_amount from world.bill_item
              where is_declared and bill_key in (select key from {scope}) group by all) as items using (bill_key)
        where bills.bill_key in (select key from {scope}) and bills.declared_at is not null and bills.pay_on is not null
            and bills.withdrawn_at is null and bills.voided_at is null;
        """
    )
    if not world.value("select count(*) from paying"):
        return
    world.sql(
        f"""
        create or replace temp table new_ticket as
        select
            ticket_stem || '1' as ticket_no, bill_key, 1 as seq, channel_code, refusals, declared_amount, is_collected,
            case when channel_code = '2' or is_collected then greatest(declared_at + to_minutes(3), moment(pay_day, p, 470, 500))
                else declared_at + to_minutes(2 + (p * 10)::int) end as issued_at,
            case when refusals = 2 then moment(workday_after(second_batch, 1), p, 540, 620) end as voided_at,
            -- the second round of collection: what the first one did not get, and what came too late for it
            is_collected and (issued_at > pay_day::timestamp + interval 9 hour
                or chance(bill_key, 'empty account') < {pay["collection_refusal_rate"]}) as is_second_round,
            case when refusals = 0 then
                case when channel_code = '2' then greatest(issued_at + to_minutes(20), moment(pay_day, p, 990, 1040))
                    when is_collected then greatest(issued_at + to_minutes(20),
                        case when is_second_round then moment(pay_day, p, 940, 970) else moment(pay_day, p, 660, 700) end)
                    else issued_at + to_minutes(case channel_code when '3' then 15 + (p * 90)::int else 4 + (p * 8)::int end) end
                when refusals = 1 then moment(second_batch, p, 990, 1040) end as paid_at
        from paying
        union all
        select ticket_stem || '2', bill_key, 2, '3', 0, declared_amount, false,
            moment(workday_after(second_batch, 2), p, 560, 700) as issued_at, null, false,
            issued_at + to_minutes(20 + (p * 60)::int)
        from paying where refusals = 2;

        insert into world.ticket
        select ticket_no, bill_key, seq, channel_code,
            case when channel_code in ('1', '2') then {agreement_of("new_ticket.bill_key")} end, issued_at, voided_at
        from new_ticket;

        insert into world.ticket_item (ticket_no, bill_key, insurance_code, amount, remitted_at, remitted_amount)
        select ticket_no, bill_key, insurance_code, amount,
            case when channel_code = '4' then greatest(paid_at + to_minutes(5), {summary_moment("paid_at", "bureau_code")})
                else paid_at + to_minutes(5) end,
            case when paid_at is not null then amount end
        from new_ticket join world.bill_item as items using (bill_key)
        join (select bill_key, bureau_code from paying) using (bill_key)
        where items.is_declared;
        """
    )
    codes = dict(pay["refusals"])
    world.sql(
        f"""
        create or replace temp table attempt as
        -- the try that succeeds
        select ticket_no, bill_key, channel_code, declared_amount as amount,
            case when channel_code = '2' then greatest(issued_at + to_minutes(10), moment(paid_at::date, 0.5, 540, 600))
                when is_collected then greatest(issued_at + to_minutes(10),
                    case when is_second_round then moment(paid_at::date, 0.5, 840, 860) else moment(paid_at::date, 0.5, 560, 580) end)
                else paid_at - to_minutes(2) end as sent_at,
            paid_at as returned_at, '90000' as return_code
        from new_ticket where paid_at is not null
        union all
        -- batch: refusals on the first day and, when refused twice, on the second
        select tickets.ticket_no, tickets.bill_key, '2', tickets.declared_amount,
            case days.n when 1 then greatest(tickets.issued_at + to_minutes(10), moment(days.day, 0.5, 540, 600))
                else moment(days.day, 0.5, 540, 600) end,
            greatest(case days.n when 1 then tickets.issued_at + to_minutes(20) end, moment(days.day, paying.p, 990, 1040)),
            {choose_sql("chance(paying.registration_key || paying.period, 'refusal code')", codes)}
        from new_ticket as tickets
        join paying using (bill_key)
        cross join lateral (select unnest([paying.pay_day, paying.second_batch]) as day, unnest([1, 2]) as n) as days
        where tickets.seq = 1 and tickets.channel_code = '2' and days.n <= tickets.refusals
        union all
        -- direct debit: an empty account a few minutes before
        select ticket_no, bill_key, '1', declared_amount, paid_at - to_minutes(3), paid_at - to_minutes(3) + to_seconds(20), '24007'
        from new_ticket
        where (channel_code = '1' or (channel_code = '5' and not is_collected)) and paid_at is not null
            and chance(bill_key, 'empty account') < 0.05
        union all
        -- collection: refused in the first round of the day
        select ticket_no, bill_key, '5', declared_amount, moment(paid_at::date, 0.5, 560, 580), moment(paid_at::date, chance(bill_key, 'round'), 660, 700),
            {choose_sql("chance(bill_key, 'collection refusal code')", dict(pay["collection_refusals"]))}
        from new_ticket
        where is_second_round and issued_at <= paid_at::date::timestamp + interval 9 hour;

        insert into world.deduction
        select ticket_no || seq::varchar, ticket_no, bill_key, seq, channel_code,
            case when channel_code = '2' then 'P' || strftime(sent_at, '%Y%m%d') || '01'
                when channel_code = '5' and extract(hour from sent_at) < 13 and is_collected then 'N' || strftime(sent_at, '%Y%m%d') || '01'
                when channel_code = '5' and is_collected then 'N' || strftime(sent_at, '%Y%m%d') || '02' end,
            null, amount, sent_at, returned_at, return_code, return_text
        from (select *, row_number() over (partition by ticket_no order by sent_at) as seq from attempt)
        join (select bill_key, is_collected from paying) using (bill_key)
        join return_code using (return_code);
        update world.deduction set agreement_key = ticket.agreement_key from world.ticket
        where deduction.ticket_no = ticket.ticket_no and deduction.bill_key in (select key from {scope});
        """
    )
    plan_settlement(world, f"select ticket_no from world.ticket where bill_key in (select key from {scope})")


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


def plan_settlement(world: "World", tickets: str) -> None:
    """Treasury books what was remitted (never the annuity), then the returns follow."""
    scope = world.scope(tickets, "scope_settling")
    world.sql(
        f"""
        update world.ticket_item set
            settled_at = case when insurance_code <> 'ZYNJ' then
                case when chance(ticket_no, 'settle same day') < 0.3 and extract(hour from remitted_at) < 16 and is_workday(remitted_at)
                    then moment(remitted_at, chance(ticket_no, 'settle at'), 1020, 1070)
                    else moment(workday_after(remitted_at, 1), chance(ticket_no, 'settle at'), 540, 680) end end,
            settled_amount = case when insurance_code <> 'ZYNJ' then remitted_amount end
        where ticket_no in (select key from {scope}) and remitted_at is not null
        """
    )
    plan_returns(world, f"select key from {scope}")


def plan_returns(world: "World", tickets: str) -> None:
    """Tax returns remittance and settlement in the night or next morning; the agency reads the next working day and posts."""
    scope = world.scope(tickets, "scope_returns")
    world.sql(
        f"""
        update world.ticket_item set
            remittance_no = case when remitted_at is not null then '1' || substr(ticket_no, 3) || item.sort_order end,
            remittance_returned_at = {_returned("remitted_at", "return")},
            remittance_read_at = {_agency_reads("remitted_at", "read return")},
            settlement_no = case when settled_at is not null then '2' || substr(ticket_no, 3) || item.sort_order end,
            settlement_returned_at = {_returned("settled_at", "return settled")},
            settlement_read_at = {_agency_reads("settled_at", "read settled")}
        from item
        where item.insurance_code = ticket_item.insurance_code and ticket_no in (select key from {scope});
        """
    )
    plan_posting(world, f"select key from {scope}")


def plan_posting(world: "World", tickets: str) -> None:
    """The agency posts what it has read: within two hours."""
    scope = world.scope(tickets, "scope_posting")
    world.sql(
        f"""
        update world.ticket_item set
            posted_at = remittance_read_at + to_minutes(chance_int(ticket_no, 'post', 10, 110)),
            posted_amount = case when remittance_read_at is not null then remitted_amount end,
            post_count = case when remittance_read_at is not null then 1 end
        where ticket_no in (select key from {scope})
        """
    )


def _returned(event: str, purpose: str) -> str:
    return f"""case when chance(ticket_no, '{purpose}') < 0.6 and is_workday({event})
        then moment({event}, chance(ticket_no, '{purpose} at'), 1140, 1230)
        else moment(workday_after({event}, 1), chance(ticket_no, '{purpose} at'), 420, 500) end"""


def _agency_reads(event: str, purpose: str) -> str:
    return f"moment(workday_after({event}, 1), chance(ticket_no, '{purpose} at'), 540, 960)"

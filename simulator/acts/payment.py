"""Acts of payers, banks and treasury: not paid, paid or invoiced in part, refused for months, remitted or settled late."""

from simulator import plan
from simulator.acts.registry import act, item_filter, record
from simulator.world import DateOrSql, Sql, World, date_sql, moment_sql, quoted

# First day on which an unpaid invoice is a finding: the month's last days are watched, later months anyway.
WATCHED_FROM = "greatest({issued}::date, last_day({issued}::date) - {days} + 1)"


def _watched(world: World, issued: str) -> str:
    return WATCHED_FROM.format(issued=issued, days=int(world.params["month_end_watch_days"]))


def _record_unpaid(world: World, act_name: str, scope: str) -> None:
    """Tickets of the scope that are issued and not paid: a finding of the bill until the last is voided or paid."""
    record(
        world, "A7.2", act_name,
        f"""
        select bill_key, min(issued_at)::date, min({_watched(world, "issued_at")}),
            case when count(*) = count(ended) then max(ended)::date end
        from (
            select tickets.bill_key, tickets.issued_at, tickets.ticket_no,
                least(tickets.voided_at, (select min(returned_at) from world.deduction d
                    where d.ticket_no = tickets.ticket_no and d.return_code = '90000'),
                    (select min(remitted_at) from world.ticket_item i where i.ticket_no = tickets.ticket_no)) as ended
            from world.ticket as tickets where tickets.bill_key in (select key from {scope})
        )
        where ended is null or ended > {_watched(world, "issued_at")}
        group by bill_key
        """,
    )  # fmt: skip


def _record_part_paid(world: World, act_name: str, scope: str) -> None:
    """From the first money until the whole amount is there."""
    record(
        world, "A7.4", act_name,
        f"""
        with money as (
            select items.bill_key, items.remitted_at, bills.amount as due,
                sum(items.remitted_amount) over (partition by items.bill_key order by items.remitted_at) as so_far
            from world.ticket_item as items join world.bill as bills using (bill_key)
            where items.bill_key in (select key from {scope}) and items.remitted_at is not null
        )
        select bill_key, min(remitted_at)::date, min(remitted_at)::date, min(case when so_far >= due then remitted_at end)::date
        from money group by bill_key
        """,
    )  # fmt: skip


def _record_part_invoiced(world: World, act_name: str, scope: str, rest_on: DateOrSql | None) -> None:
    record(
        world, "A7.5", act_name,
        f"""select bill_key, min(issued_at)::date, min(issued_at)::date, {date_sql(rest_on)} from world.ticket
        where bill_key in (select key from {scope}) group by bill_key""",
    )  # fmt: skip


@act("bill")
def invoice_not_paid(world: World, scope: str, *, issued_on: DateOrSql | None = None, paid_on: DateOrSql | None = None,
                     void_on: DateOrSql | None = None, code: str | None = None) -> None:  # fmt: skip
    """The payer has the invoice issued and does not pay it (until a day, or until it is voided); a code: the bank refused."""
    issued = Sql("pay_on + interval 10 hour") if issued_on is None else issued_on
    world.sql(
        f"""
        create or replace temp table unpaid as
        select bill_key as key, {moment_sql(issued, "10:00:00")} as issued_at, channel_code from world.bill
        where bill_key in (select key from {scope});
        update world.bill set pay_on = null, declare_on = null, channel_code = case channel_code when '2' then '3' else channel_code end
        where bill_key in (select key from {scope});
        """
    )
    plan.plan_tickets(world, scope)
    world.sql(
        f"""
        update world.bill set declared_at = greatest(front_processed_at + to_minutes(5), unpaid.issued_at - to_minutes(30))
        from unpaid where bill_key = unpaid.key;
        insert into world.ticket
        select ticket_stem || '1', bill_key, 1, bill.channel_code, {plan.agreement_of("bill.bill_key")}, unpaid.issued_at,
            {moment_sql(void_on, "16:30:00")}
        from world.bill as bill join unpaid on unpaid.key = bill.bill_key;
        insert into world.ticket_item (ticket_no, bill_key, insurance_code, amount)
        select ticket_stem || '1', bill_key, insurance_code, items.amount
        from world.bill as bill join world.bill_item as items using (bill_key) join unpaid on unpaid.key = bill.bill_key
        where items.is_declared;
        """
    )
    if code is not None:
        world.sql(
            f"""
            insert into world.deduction
            select ticket_no || '1', ticket_no, bill_key, 1, channel_code, null, agreement_key,
                (select sum(amount) from world.ticket_item i where i.ticket_no = ticket.ticket_no),
                issued_at + to_minutes(10), issued_at + to_minutes(11), '{code}',
                (select return_text from return_code where return_code = '{code}')
            from world.ticket as ticket where bill_key in (select key from {scope})
            """
        )
    if paid_on is not None:
        from simulator.acts.forward import paid

        paid(world, scope, on=paid_on)
    _record_unpaid(world, "invoice_not_paid", scope)


@act("bill")
def declared_in_part(world: World, scope: str, *, items: list[str] | None = None) -> None:
    """The payer declares only some items (all but the last one), and pays those."""
    world.sql(
        f"""
        update world.bill_item set is_declared = {item_filter(items) if items else "item_no < last_no"}
        from (select bill_key as k, max(item_no) as last_no from world.bill_item group by bill_key)
        where bill_item.bill_key = k and bill_key in (select key from {scope})
        """
    )
    plan.plan_from_front(world, scope)
    _record_part_paid(world, "declared_in_part", scope)


@act("bill")
def invoiced_in_part(world: World, scope: str, *, items: list[str] | None = None, is_paid: bool = True,
                     rest_on: DateOrSql | None = None) -> None:  # fmt: skip
    """All is declared, only some items (the first) are invoiced, and paid or not; the rest is invoiced and paid on rest_on."""
    keep = item_filter(items, "i.insurance_code") if items else "i.item_no = 1"
    world.sql(
        f"""
        delete from world.ticket_item where bill_key in (select key from {scope}) and (bill_key, insurance_code) not in (
            select bill_key, insurance_code from world.bill_item as i where {keep});
        update world.deduction set amount = part from (
            select ticket_no as t, sum(amount) as part from world.ticket_item where bill_key in (select key from {scope}) group by ticket_no)
        where deduction.ticket_no = t;
        """
    )
    if not is_paid:
        world.sql(
            f"""
            update world.bill set pay_on = null where bill_key in (select key from {scope});
            delete from world.deduction where bill_key in (select key from {scope});
            update world.ticket_item set remitted_at = null, remitted_amount = null, settled_at = null, settled_amount = null,
                remittance_no = null, remittance_returned_at = null, remittance_read_at = null, settlement_no = null,
                settlement_returned_at = null, settlement_read_at = null, posted_at = null, posted_amount = null, post_count = null
            where bill_key in (select key from {scope});
            """
        )
        _record_unpaid(world, "invoiced_in_part", scope)
    if rest_on is not None:
        from simulator.acts.forward import bank_answers, invoiced, remitted

        invoiced(world, scope, on=rest_on)
        bank_answers(world, scope, on=rest_on)
        remitted(world, scope, on=rest_on)
    if is_paid:
        _record_part_paid(world, "invoiced_in_part", scope)
    _record_part_invoiced(world, "invoiced_in_part", scope, rest_on)


def _split(world: World, scope: str) -> None:
    """The first item stays on the first ticket, the others move to a second one, issued and paid a few minutes later."""
    world.sql(
        f"""
        create or replace temp table splitting as
        select ticket_no as old_no, left(ticket_no, 17) || '2' as new_no, bill_key from world.ticket
        where bill_key in (select key from {scope}) and voided_at is null and seq = 1;
        insert into world.ticket select t.* replace (new_no as ticket_no, 2 as seq, issued_at + to_minutes(3) as issued_at)
        from world.ticket as t join splitting on t.ticket_no = old_no;
        update world.ticket_item set ticket_no = new_no from splitting
        where ticket_no = old_no and (ticket_item.bill_key, insurance_code) not in
            (select bill_key, insurance_code from world.bill_item where item_no = 1);
        insert into world.deduction select d.* replace (new_no || '1' as deduction_key, new_no as ticket_no, 1 as seq)
        from world.deduction as d join splitting on d.ticket_no = old_no where d.return_code = '90000';
        update world.deduction set amount = part from (
            select ticket_no as t, sum(amount) as part from world.ticket_item where bill_key in (select key from {scope}) group by ticket_no)
        where deduction.ticket_no = t;
        """
    )
    plan.plan_returns(world, f"select ticket_no from world.ticket where bill_key in (select key from {scope})")


@act("bill")
def paid_in_two_tickets(world: World, scope: str) -> None:
    """The payer splits the bill over two tickets and pays both the same day: paid in full."""
    _split(world, scope)


@act("bill")
def second_ticket_unpaid(world: World, scope: str, *, void_on: DateOrSql | None = None) -> None:
    """Two tickets, the second is not paid (voided on a day): partly paid, an open invoice; after voiding partly invoiced."""
    _split(world, scope)
    world.sql(
        f"""
        create or replace temp table second as select ticket_no as key from world.ticket
        where bill_key in (select key from {scope}) and seq = 2;
        delete from world.deduction where ticket_no in (select key from second);
        update world.ticket set voided_at = {moment_sql(void_on, "16:30:00")} where ticket_no in (select key from second);
        update world.ticket_item set remitted_at = null, remitted_amount = null, settled_at = null, settled_amount = null,
            remittance_no = null, remittance_returned_at = null, remittance_read_at = null, settlement_no = null,
            settlement_returned_at = null, settlement_read_at = null, posted_at = null, posted_amount = null, post_count = null
        where ticket_no in (select key from second);
        """
    )
    _record_part_paid(world, "second_ticket_unpaid", scope)
    _record_unpaid(world, "second_ticket_unpaid", scope)
    if void_on is not None:
        record(
            world,
            "A7.5",
            "second_ticket_unpaid",
            f"select key, {date_sql(void_on)}, {date_sql(void_on)}, null::date from {scope}",
        )


@act("bill")
def remitted_in_part(world: World, scope: str, *, items: list[str] | None = None) -> None:
    """The bank deducts the whole ticket and remits only some items (all but the last)."""
    keep = (
        item_filter(items, "i.insurance_code")
        if items
        else "i.item_no < (select max(item_no) from world.bill_item j where j.bill_key = i.bill_key)"
    )
    world.sql(
        f"""
        update world.ticket_item set remitted_at = null, remitted_amount = null, settled_at = null, settled_amount = null,
            remittance_no = null, remittance_returned_at = null, remittance_read_at = null, settlement_no = null,
            settlement_returned_at = null, settlement_read_at = null, posted_at = null, posted_amount = null, post_count = null
        where bill_key in (select key from {scope}) and (bill_key, insurance_code) not in (
            select bill_key, insurance_code from world.bill_item as i where {keep})
        """
    )
    _record_part_paid(world, "remitted_in_part", scope)


@act("bill")
def remitted_late(world: World, scope: str, *, on: DateOrSql) -> None:
    """The deduction succeeded in time, the bank remits it only on a day."""
    world.sql(
        f"""update world.ticket_item set remitted_at = {moment_sql(on, "09:30:00")}
        where bill_key in (select key from {scope}) and remitted_at is not null"""
    )
    plan.plan_settlement(world, f"select ticket_no from world.ticket where bill_key in (select key from {scope})")


@act("bill")
def settled_late(world: World, scope: str, *, on: DateOrSql) -> None:
    """Treasury books only on a day; the settlement return follows that."""
    from simulator.acts.forward import settled

    settled(world, scope, on=on)


@act("registration")
def bank_refuses(world: World, scope: str, *, periods: list[str], code: str = "24007") -> None:
    """The bank refuses both batch deductions of all bills of the registrations in months; tickets are voided, nothing is paid."""
    first_day, second_day = plan.batch_days(world, "period")
    world.sql(
        f"""
        create or replace temp table refused as
        select bill_key as key from world.bill
        where registration_key in (select key from {scope}) and period in ({quoted(periods)}) and channel_code = '2'
            and front_processed_at is not null;
        update world.bill set pay_on = null, declare_on = workday_after({first_day}, -1) where bill_key in (select key from refused);
        """
    )
    plan.plan_from_front(world, "refused")
    world.sql(
        f"""
        insert into world.ticket
        select ticket_stem || '1', bill_key, 1, '2', {plan.agreement_of("bill.bill_key")}, moment({first_day}, 0.5, 470, 500),
            moment(workday_after({second_day}, 1), 0.5, 540, 620)
        from world.bill as bill where bill_key in (select key from refused);
        insert into world.ticket_item (ticket_no, bill_key, insurance_code, amount)
        select ticket_stem || '1', bill_key, insurance_code, items.amount
        from world.bill as bill join world.bill_item as items using (bill_key)
        where bill_key in (select key from refused) and items.is_declared;
        insert into world.deduction
        select ticket_no || n, ticket_no, bill_key, n, '2', 'P' || strftime(day, '%Y%m%d') || '01', agreement_key,
            (select sum(amount) from world.ticket_item i where i.ticket_no = tickets.ticket_no),
            moment(day, 0.5, 540, 600), moment(day, 0.5, 990, 1040), '{code}',
            (select return_text from return_code where return_code = '{code}')
        from (
            select ticket.*, unnest([{first_day}, {second_day}]) as day, unnest([1, 2]) as n
            from world.ticket as ticket join world.bill using (bill_key) where bill_key in (select key from refused)
        ) as tickets;
        """
    )
    months = int(world.params["failed_months"])
    # runs of months in which batch tries came back and none succeeded; known from the day the last one of enough came back
    record(
        world, "A8.4", "bank_refuses",
        f"""
        with monthly as (
            select bills.registration_key, date_trunc('month', d.returned_at)::date as month, min(d.returned_at)::date as first_back,
                max(case when d.return_code = '90000' then 1 else 0 end) as succeeded
            from world.deduction as d join world.bill as bills using (bill_key)
            where d.kind_code = '2' and bills.registration_key in (select key from {scope}) and d.returned_at is not null
            group by all
        ),
        runs as (
            select *, month - to_months((row_number() over (partition by registration_key order by month))::int) as run
            from monthly where succeeded = 0
        ),
        ordered as (
            select *, row_number() over (partition by registration_key, run order by month) as nth,
                first_value(first_back) over (partition by registration_key, run order by month) as began,
                max(month) over (partition by registration_key, run) as last_month
            from runs
        )
        select registration_key, began, first_back, {plan.batch_days(world, "to_period(last_month + interval 1 month)")[0]}
        from ordered where nth = {months}
        """,
    )  # fmt: skip

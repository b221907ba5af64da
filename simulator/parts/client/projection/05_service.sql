-- What follows from the final plans of employers at the counter and in the client, whatever the business date: declarations, payments, prints.
-- Declarations and tickets by place: in the client, or at the counter (no account, not yet, or out of habit).
-- the one or two handlers of an employer in a row, so that a moment finds its account without a join over ranges
create or replace temp table client_handler as
select employer_key,
    struct_pack(
        first_account := max(case when nth = 1 then account_no end), first_starts := max(case when nth = 1 then starts_at end),
        first_ends := coalesce(max(case when nth = 1 then ends_at end), 'infinity'::timestamp),
        second_account := max(case when nth = 2 then account_no end), second_starts := max(case when nth = 2 then starts_at end),
        second_ends := coalesce(max(case when nth = 2 then ends_at end), 'infinity'::timestamp)
    ) as handlers
from world.client_use where binds group by employer_key;
create or replace macro handler_at(h, t) as
    case when t >= h.first_starts and t < h.first_ends then h.first_account
        when t >= h.second_starts and t < h.second_ends then h.second_account end;

create or replace temp table client_bill as
select bills.bill_key, bills.department_code, bills.notice_serial, bills.batch_no, bills.fee_registration_no, bills.taxpayer_key,
    bills.bureau_code, bills.period, bills.ticket_stem, bills.declared_at, bills.employer_key, bills.amount,
    case when uses_client(employers.employer_key, employers.bureau_code)
        and not at_counter(employers.employer_key, bills.department_code, bills.period, bills.bill_no)
        and counter.bill_key is null
        then client_from(employers.employer_key, employers.opened_on)::timestamp end as client_from,
    handlers.handlers
from world.bill as bills
join world.employer as employers using (employer_key)
left join client_handler as handlers on handlers.employer_key = employers.employer_key
left join (select distinct bill_key from world.client_counter_bill) as counter using (bill_key)
where bills.summary_sent_at >= getvariable('client_logs_operations_since')::timestamp - interval 120 day
    or bills.declared_at >= getvariable('client_logs_operations_since')::timestamp;

create or replace temp table client_operation as
select bill_key, 'declare' as kind, declared_at as done_at, ticket_stem as stem, null::varchar as channel_code, null::timestamp as voided_at,
    null::varchar as agreement_key, case when declared_at >= client_from and fee_registration_no is not null then handler_at(handlers, declared_at) end as account_no
from client_bill
where declared_at >= getvariable('client_logs_operations_since')::timestamp
union all
select tickets.bill_key, 'pay', issued_at, ticket_no, channel_code, voided_at, agreement_key,
    case when issued_at >= client_from and channel_code <> '4' and fee_registration_no is not null then handler_at(handlers, issued_at) end
from world.ticket as tickets
join client_bill using (bill_key)
where tickets.channel_code in ('1', '3', '4') and tickets.issued_at >= getvariable('client_logs_operations_since')::timestamp;

-- what a tax certificate is printed from, as soon as the bank has paid
create or replace temp table client_paid as
select paid.ticket_no, paid.paid_at, bills.fee_registration_no, bills.taxpayer_key, bills.bureau_code,
    case when paid.paid_at >= bills.client_from then handler_at(bills.handlers, paid.paid_at) end as account_no,
    operations.stem is not null as is_at_counter
from (select ticket_no, any_value(bill_key) as bill_key, min(remitted_at) as paid_at from world.ticket_item
      where remitted_at >= getvariable('client_logs_operations_since')::timestamp and insurance_code <> 'ZYNJ' group by ticket_no) as paid
join client_bill as bills using (bill_key)
left join client_operation as operations on operations.stem = paid.ticket_no and operations.kind = 'pay' and operations.account_no is null;

-- prints of tax certificates in the client and at the counter, whatever the business date
create or replace temp table client_printed as
select 'D' || ticket_no || '1' as number, ticket_no, account_no, '9' as place,
    moment(workday_after(paid_at, 1 + chance_int(ticket_no, 'print days', 0, 9)), chance(ticket_no, 'print at'), 520, 1040) as printed_at, null as fail_code
from client_paid
where account_no is not null and not is_at_counter and chance(ticket_no, 'prints') < getvariable('client_prints_online_share')
    and ticket_no not in (select ticket_no from world.client_gap union all select ticket_no from world.client_print)
union all
select 'D' || ticket_no || '2', ticket_no, null, '1', paid_at + to_minutes(chance_int(ticket_no, 'print minutes', 3, 20)), null
from client_paid
where is_at_counter and chance(ticket_no, 'prints') < getvariable('client_prints_counter_share')
    and ticket_no not in (select ticket_no from world.client_print)
union all
select 'D' || ticket_no || '3', ticket_no, null, '1',
    moment(workday_after(paid_at, 1 + chance_int(ticket_no, 'print days', 0, 9)), chance(ticket_no, 'print at'), 540, 1000), null
from client_paid
where account_no is null and not is_at_counter and chance(ticket_no, 'prints') < getvariable('client_prints_batch_counter_share')
union all
select 'E' || ticket_no || prints.place_code || strftime(prints.printed_at, '%y%m%d%H%M'), ticket_no,
    case when prints.place_code <> '1' then account_no end, prints.place_code, prints.printed_at, prints.fail_code
from world.client_print as prints join client_paid using (ticket_no);

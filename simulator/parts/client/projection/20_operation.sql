-- Declarations, payments and prints as known at the end of the business date.
create or replace table tax_client."KHD_SBRZ" as
with log as (
    select 'K' || operations.stem || '9' as number, operations.account_no, bills.*, operations.done_at, '1' as result, null as cause_code
    from client_operation as operations join client_bill as bills using (bill_key)
    where operations.kind = 'declare' and operations.account_no is not null
    union all  -- a time-out, and sent again
    select 'K' || operations.stem || '0', operations.account_no, bills.*, operations.done_at - interval 4 minute, '2', '99'
    from client_operation as operations join client_bill as bills using (bill_key)
    where operations.kind = 'declare' and operations.account_no is not null
        and chance(operations.stem, 'declares twice') < getvariable('client_logins_declaration_retry_share')
    union all
    select 'K' || bills.ticket_stem || '1' || strftime(failures.failed_at, '%y%m%d%H%M'), handler_at(bills.handlers, failures.failed_at), bills.*,
        failures.failed_at, '2', failures.cause_code
    from world.client_failure as failures
    join client_bill as bills using (bill_key)
)
select number as "SBLSH", log.account_no as "YHXH", department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH",
    fee_registration_no as "SBDJXH", taxpayer_key as "DJXH", period as "FKSSQ", amount as "SBJE", accounts.terminal_code as "BLQD_DM",
    done_at as "SBSJ", result as "SBJG_DM", cause_code as "SBYY_DM",
    case cause_code when '01' then '户籍关联关系已变更，请重新获取费款' when '02' then '登记信息已并档，无法申报'
        when '03' then '登记行业信息缺失' when '04' then '未分配主管税务所（科、分局）' when '99' then '系统繁忙，请稍后再试' end as "SBYY"
from log left join world.client_account as accounts using (account_no)
where is_known(done_at);

create or replace table tax_client."KHD_JFRZ" as
with tickets as (
    select operations.stem as ticket_no, operations.account_no, operations.channel_code, operations.done_at as issued_at,
        operations.agreement_key, known(operations.voided_at) as voided_at, bills.department_code, bills.notice_serial, bills.batch_no,
        bills.fee_registration_no, bills.taxpayer_key, bills.bureau_code
    from client_operation as operations
    join client_bill as bills using (bill_key)
    where operations.kind = 'pay' and is_known(operations.done_at)
),
due as (select ticket_no, sum(amount) as amount from world.ticket_item group by all),
tries as (  -- each try of a real-time deduction is one payment; a voucher or cash is one, paid or not
    select tickets.ticket_no, deductions.seq, deductions.sent_at as done_at, known(deductions.returned_at) as finished_at,
        case when not is_known(deductions.returned_at) then '0' when deductions.return_code = '90000' then '1' else '2' end as state,
        case when is_known(deductions.returned_at) then deductions.return_code end as return_code
    from tickets join world.deduction as deductions using (ticket_no)
    where tickets.channel_code = '1' and is_known(deductions.sent_at)
    union all
    select tickets.ticket_no, 0, tickets.issued_at, paid.at, case when paid.at is not null then '1' when tickets.voided_at is not null then '3' else '0' end,
        case when paid.at is not null then '90000' end
    from tickets
    left join (select ticket_no, known(min(returned_at)) as at from world.deduction where return_code = '90000' group by ticket_no) as paid using (ticket_no)
    where tickets.channel_code in ('3', '4')
)
select 'J' || ticket_no || tries.seq::varchar as "JFLSH", tickets.account_no as "YHXH",
    case when tickets.account_no is null then '1' else accounts.terminal_code end as "BLQD_DM", ticket_no as "DZSPHM",
    department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH", fee_registration_no as "SBDJXH", taxpayer_key as "DJXH",
    tickets.channel_code as "JKFS_DM", due.amount as "JKJE", case when tickets.channel_code = '1' then tickets.agreement_key end as "XYXH",
    case when tickets.account_no is null then tickets.bureau_code end as "BLJG_DM", tries.done_at as "CZSJ", tries.state as "JFZT_DM",
    finished_at as "WCSJ", tries.return_code as "FHDM", greatest(tries.done_at, finished_at, case when tries.state = '3' then voided_at end) as "GXSJ"
from tries
join tickets using (ticket_no)
join due using (ticket_no)
left join world.client_account as accounts on accounts.account_no = tickets.account_no;

create or replace table tax_client."KHD_PZSC" as
select ticket_no as "DZSPHM", fee_registration_no as "SBDJXH", generated_at as "SCSJ", '1' as "SCZT_DM"
from (
    select ticket_no, fee_registration_no,
        case when gaps.ticket_no is null then paid_at + to_minutes(chance_int(ticket_no, 'data after', 5, 40)) else gaps.until_at end as generated_at
    from client_paid left join world.client_gap as gaps using (ticket_no)
    where paid_at >= getvariable('client_logs_logs_since')::timestamp
)
where is_known(generated_at);

create or replace table tax_client."KHD_PZDY" as
select number as "DYLSH", ticket_no as "DZSPHM", paid.fee_registration_no as "SBDJXH", paid.taxpayer_key as "DJXH", '1' as "PZZL_DM",
    case place when '9' then accounts.terminal_code else place end as "BLQD_DM", log.account_no as "YHXH",
    case when place = '1' then paid.bureau_code end as "BLJG_DM", printed_at as "DYSJ", case when fail_code is null then '1' else '2' end as "DYJG_DM",
    fail_code as "SBYY_DM", case fail_code when '01' then '该税票已在办税服务厅打印' when '02' then '未查询到可打印的票据数据' end as "SBYY"
from client_printed as log
join client_paid as paid using (ticket_no)
left join world.client_account as accounts on accounts.account_no = log.account_no
where is_known(printed_at);

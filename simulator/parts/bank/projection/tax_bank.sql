-- Banks, cash and treasury as known at the end of the business date: all of it follows from the tickets and deductions as they are in the end.
create or replace table snap.bank_of as  -- bank and account of a payer's agreement, as signed
select agreement_key, bank_code, bank_no, account_no from world.agreement;

create or replace table snap.bank_debit as
select deductions.deduction_key, deductions.ticket_no, deductions.seq, deductions.kind_code, deductions.batch_no as round_no,
    deductions.agreement_key, deductions.amount, deductions.sent_at, known(deductions.returned_at) as returned_at,
    case when is_known(deductions.returned_at) then deductions.return_code end as return_code,
    case when is_known(deductions.returned_at) then deductions.return_text end as return_text,
    tickets.issued_at, tickets.voided_at, tickets.bureau_code, tickets.taxpayer_key, tickets.fee_registration_no, tickets.bill_key,
    tickets.department_code, tickets.notice_serial, tickets.batch_no
from world.deduction as deductions
join snap.ticket as tickets using (ticket_no)
where is_known(deductions.sent_at);

-- one item of the to-deduct list for each try, and one for a ticket that was listed and never sent
create or replace table snap.batch_roster as
with listed as (
    select ticket_no, seq, deduction_key, round_no, agreement_key, amount, sent_at, returned_at, return_code, issued_at, voided_at, bureau_code,
        taxpayer_key, fee_registration_no, department_code, notice_serial, batch_no,
        case when seq = 1 then least(greatest(issued_at + to_minutes(1), sent_at - to_minutes(40)), sent_at - to_minutes(1))
            else sent_at - to_minutes(40) end as listed_at
    from snap.bank_debit where kind_code = '2'
    union all
    select ticket_no, 1, null, null, agreement_key, amount,
        null, null, null, issued_at, voided_at, bureau_code, taxpayer_key, fee_registration_no, department_code, notice_serial, batch_no,
        issued_at + to_minutes(1)
    from snap.ticket as tickets
    join (select ticket_no, sum(amount) as amount from snap.ticket_item where channel_code = '2' group by ticket_no) using (ticket_no)
    where channel_code = '2' and ticket_no not in (select ticket_no from snap.bank_debit)
),
followed as (
    select *, lead(listed_at) over (partition by ticket_no order by seq) as relisted_at from listed
),
packed as (
    select followed.*, coalesce(banks.bank_code, '000') as bank_code, banks.bank_no, banks.account_no,
        case when followed.round_no is not null then lpad(block_no::varchar, 3, '0') || coalesce(banks.bank_code, '000') || right(followed.round_no, 2) end as pack_no,
        followed.sent_at::date as entrusted_on,
        -- what failed leaves the list when the ticket is voided, unless it was forgotten
        case when followed.relisted_at is null and coalesce(followed.return_code, '') <> '90000' then
            case when lefts.ticket_no is not null then known(lefts.cleared_at) else followed.voided_at + to_minutes(1) end end as removed_at
    from followed
    cross join (select coalesce(max(block_no), 0) as block_no from world.bank_block)
    left join snap.bank_of as banks using (agreement_key)
    left join world.batch_left as lefts using (ticket_no)
)
select *, case when pack_no is not null then lpad(row_number() over (
    partition by pack_no, bureau_code, entrusted_on order by ticket_no, seq)::varchar, 8, '0') end as trade_no
from packed;

create or replace table tax_bank."PK_MX" as
select 'Q' || ticket_no || seq as "QCXH", ticket_no as "DZSPHM", department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH",
    taxpayer_key as "DJXH", fee_registration_no as "SBDJXH", agreement_key as "XYXH", bureau_code as "SKSSSWJG_DM",
    entrusted_on as "WTRQ", pack_no as "BXH", trade_no as "JYXH", round_no as "KKPC", bank_code as "YHHB_DM", bank_no as "KHYHHH", account_no as "YHZH",
    amount as "KKJE",
    case when return_code = '90000' then '3'
        when removed_at is not null then '9'
        when return_code is not null and relisted_at is not null then '5'
        when return_code is not null then '4'
        when sent_at is not null then '2'
        else '1' end as "QCZT_DM",
    listed_at as "SCSJ", sent_at as "FSSJ", returned_at as "FHSJ", return_code as "FHDM", removed_at as "ZFSJ",
    deduction_key as "KKXH", greatest(listed_at, sent_at, returned_at, relisted_at, removed_at) as "GXSJ"
from snap.batch_roster;

create or replace table tax_bank."PK_PC" as
select bureau_code as "SKSSSWJG_DM", entrusted_on as "WTRQ", pack_no as "BXH", min(round_no) as "KKPC", min(bank_code) as "YHHB_DM", count(*) as "ZBS",
    sum(amount) as "ZJE", count(*) filter (where return_code = '90000') as "CGBS", coalesce(sum(amount) filter (where return_code = '90000'), 0) as "CGJE",
    count(*) filter (where return_code <> '90000') as "SBBS", coalesce(sum(amount) filter (where return_code <> '90000'), 0) as "SBJE",
    case when count(returned_at) = count(*) then '3' else '2' end as "PCZT_DM",
    min(listed_at) as "SCSJ", max(sent_at) as "FSSJ", case when count(returned_at) = count(*) then max(returned_at) end as "FHSJ",
    greatest(max(listed_at), max(sent_at), max(returned_at)) as "GXSJ"
from snap.batch_roster
where pack_no is not null
group by bureau_code, entrusted_on, pack_no;

-- cash: a receipt when it is taken, summed up by bureau when it is remitted
create or replace table snap.cash_taken as
select debits.*, items.remitted_at, items.remitted_amount,
    case when items.remitted_at is not null then greatest(items.remitted_at - to_minutes(3), debits.returned_at + to_minutes(1)) end as summed_at,
    'HZ' || strftime(items.remitted_at, '%Y%m%d%H%M%S') || substr(debits.bureau_code, 4, 6) || lpad(block_no::varchar, 3, '0') as summary_no
from snap.bank_debit as debits
cross join (select coalesce(max(block_no), 0) as block_no from world.bank_block)
left join (select ticket_no, min(remitted_at) as remitted_at, sum(remitted_amount) as remitted_amount
           from snap.ticket_item where channel_code = '4' group by ticket_no) as items using (ticket_no)
where debits.kind_code = '4' and debits.return_code = '90000';

create or replace table tax_bank."XJ_PJ" as
select '45' || substr(ticket_no, 3) as "PJHM", ticket_no as "DZSPHM", department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH",
    taxpayer_key as "DJXH", bureau_code as "SKSSSWJG_DM", '2' || substr(bureau_code, 2, 8) || lpad(chance_int(ticket_no, 'cashier', 1, 12)::varchar, 2, '0') as "SKRY_DM",
    case when chance(ticket_no, 'pos') < (select max(value) from world.bank_setting where name = 'pos_share') then '2' else '1' end as "SKFS_DM",
    amount as "SKJE", returned_at as "SKSJ", case when summed_at is not null then summary_no end as "HZXH", summed_at as "HZSJ",
    case when voided_at is not null then 'Y' end as "ZFBZ", voided_at as "ZFSJ", greatest(returned_at, summed_at, voided_at) as "GXSJ"
from snap.cash_taken;

create or replace table snap.cash_summary as
select summary_no, bureau_code, '9' || substr(summary_no, 3) as slip_no, 'T' || substr(summary_no, 3) as trade_no, max(summed_at) as summed_at,
    count(*) as receipts, sum(amount) as amount, sum(remitted_amount) as remitted_amount, max(remitted_at) as remitted_at
from snap.cash_taken
where summed_at is not null
group by summary_no, bureau_code;

create or replace table tax_bank."XJ_HZ" as
select summary_no as "HZXH", bureau_code as "SKSSSWJG_DM", slip_no as "HZJKSHM", summed_at as "HZSJ", receipts as "PJFS", amount as "HZJE",
    remitted_amount as "SJJE", remitted_at as "SJSJ", trade_no as "JYLSH", greatest(summed_at, remitted_at) as "GXSJ"
from snap.cash_summary;

-- vouchers of bank-side queries: requested at once, now and then a second time; anew when the month of the voucher is over
create or replace table tax_bank."YHD_PZ" as
with tickets as (
    select tickets.*, bills.bill_no, bills.period, employers.employer_key, employers.opened_on, employers.bureau_code as home_bureau, debits.returned_at as paid_at,
        failures.ticket_no is not null as is_failing, known(failures.ends_at) as obtained_at, failures.reason,
        sums.amount, not bills.is_annuity and chance(tickets.ticket_no, 'voucher retry') < (select max(value) from world.bank_setting where name = 'voucher_retry_share') as is_retried
    from snap.ticket as tickets
    join world.bill as bills using (bill_key)
    join world.employer as employers using (employer_key)
    join (select ticket_no, sum(amount) as amount from snap.ticket_item where channel_code = '3' group by ticket_no) as sums using (ticket_no)
    left join (select ticket_no, min(returned_at) as returned_at from snap.bank_debit where return_code = '90000' group by ticket_no) as debits using (ticket_no)
    left join world.voucher_failure as failures on failures.ticket_no = tickets.ticket_no
    where tickets.channel_code = '3' and not bills.is_annuity
),
requests as (
    select *, 1 as n, issued_at + to_seconds(30) as asked_at, is_failing or is_retried as is_failed from tickets
    union all
    select *, 2, case when is_failing then issued_at + to_minutes(12) else issued_at + to_minutes(6) end, is_failing from tickets where is_failing or is_retried
    union all
    select *, 3, obtained_at, false from tickets where is_failing and obtained_at is not null
    union all  -- the first one had expired
    select *, 4, paid_at - to_minutes(9), false from tickets where paid_at::date > last_day(issued_at::date) and obtained_at is null
),
voucher as (
    select *, case when not is_failed and row_number() over (partition by ticket_no order by is_failed, n desc) = 1 then paid_at end as voucher_paid_at
    from requests
    where is_known(asked_at)
),
dated as (
    select *, case when voucher_paid_at is null and not is_failed then known((last_day(asked_at::date) + 1)::timestamp + to_minutes(5)) end as expired_at,
        case when voucher_paid_at is null then voided_at end as dropped_at
    from voucher
)
select 'Y' || ticket_no || n as "QQXH", ticket_no as "DZSPHM", department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH", taxpayer_key as "DJXH",
    bureau_code as "SKSSSWJG_DM",
    case when uses_client(employer_key, home_bureau) and issued_at >= client_from(employer_key, opened_on)
        and not at_counter(employer_key, department_code, period, bill_no) then '2' else '1' end as "KJQD_DM",
    case when not is_failed then '3' || strftime(asked_at, '%y%m%d') || substr(ticket_no, 5, 2) || right(ticket_no, 9) || n end as "PZHM", amount as "PZJE", asked_at as "QQSJ",
    case when is_failed then '2' else '1' end as "HQJG_DM", case when is_failed then coalesce(reason, '获取凭证号信息失败') end as "SBYY",
    case when not is_failed then asked_at + to_minutes(1) end as "DYSJ", case when not is_failed then last_day(asked_at::date) end as "YXQZ",
    voucher_paid_at as "JKSJ",
    case when is_failed then '9' when voucher_paid_at is not null then '3' when dropped_at is not null then '4' when expired_at is not null then '5' else '2' end as "PZZT_DM",
    greatest(asked_at, case when not is_failed then asked_at + to_minutes(1) end, voucher_paid_at, expired_at, dropped_at) as "GXSJ"
from dated;

-- TIPS: one result for each deduction at once, by batch and at the bank, and one for each cash summary; checked against the levy subsystem after the cut-over
create or replace table tax_bank."TIPS_JG" as
with answered as (
    select debits.*, coalesce(cases.kind, '') as kind, cases.happened_at, cases.difference
    from snap.bank_debit as debits
    left join world.tips_case as cases on cases.deduction_key = debits.deduction_key
    where debits.kind_code in ('1', '2', '3')
),
results as (
    select strftime(sent_at, '%y%m%d%H%M%S') || ticket_no || lpad(seq::varchar, 2, '0') as trade_no, deduction_key, ticket_no,
        case kind_code when '1' then '2' when '2' then '3' else '1' end as trade_kind, '2' as pay_kind, kind_code, agreement_key, bureau_code,
        amount + case when kind = 'amount' then difference else 0 end as amount, sent_at,
        case kind when 'slow' then known(happened_at) when 'deducted' then known(happened_at) else returned_at end as done_at, returned_at,
        case kind when 'deducted' then '90000' else return_code end as return_code, return_text,
        case when kind in ('deducted', 'slow') then '3' when kind = 'amount' then '2' else '1' end as success_mark, kind = 'slow' as is_slow
    from answered where kind <> 'missing'
    union all
    select strftime(happened_at, '%y%m%d%H%M%S') || ticket_no || '9' || seq, null, ticket_no, case kind_code when '1' then '2' when '2' then '3' else '1' end, '2', kind_code,
        agreement_key, bureau_code, amount, happened_at, known(happened_at), known(happened_at), '90000', null, '4', false
    from answered where kind = 'twice' and is_known(happened_at)
    union all
    select trade_no, null, slip_no, '1', '1', '4', null, bureau_code, remitted_amount, summed_at, remitted_at, remitted_at, '90000', null, '1', false
    from snap.cash_summary
),
tips as (
    select *, treasury_of(bureau_code) as treasury_code, treasury_day(treasury_of(bureau_code), done_at) as booked_on from results
),
checked as (
    select *, case when done_at is not null then known(treasury_cut(treasury_code, booked_on) + to_minutes(30)) end as checked_at from tips
)
select trade_no as "JYLSH", deduction_key as "KKXH", ticket_no as "DZSPHM", case trade_kind when '2' then '3001' when '3' then '1102' else '1103' end as "BWLX_DM",
    trade_kind as "JYLX_DM", pay_kind as "JKFS_DM", bureau_code as "SKSSSWJG_DM", treasury_code as "SKGK_DM", bank_no as "FKHHH", account_no as "FKZH",
    amount as "JYJE", sent_at as "FSSJ", done_at as "YHCLSJ", returned_at as "FHSJ",
    case when done_at is not null or returned_at is not null then coalesce(raw.raw_code, checked.return_code) end as "YSFHDM",
    case when done_at is not null or returned_at is not null then coalesce(raw.raw_text, checked.return_text) end as "YSFHXX",
    case when done_at is null and returned_at is null then '0' when checked.return_code = '90000' or (is_slow and done_at is not null) then '1' else '2' end as "CLZT_DM",
    case when done_at is not null then booked_on end as "GKRQ",
    case when checked_at is null then '0' when checked.return_code = '90000' or is_slow then success_mark else '7' end as "DZBS_DM", checked_at as "DZSJ",
    greatest(sent_at, done_at, returned_at, checked_at) as "GXSJ"
from checked
left join snap.bank_of using (agreement_key)
left join world.raw_answer as raw on raw.return_code = coalesce(checked.return_code, case when is_slow and done_at is not null then '90000' end)
    and chance(trade_no, 'raw answer') >= raw.low and chance(trade_no, 'raw answer') < raw.high;

-- the treasury's statement: one line for each day, treasury, bureau and item, and sheet (the employer block); sheets add up
create or replace table tax_bank."GK_RKLS" as
with booked as (
    select items.settled_at::date as stated_on, items.bureau_code, items.zsxm_code, items.zspm_code, items.settled_amount as amount,
        coalesce(cases.kind, '') as kind, cases.difference, cases.stated_on as shifted_to
    from snap.ticket_item as items
    left join world.treasury_case as cases on cases.ticket_no = items.ticket_no and cases.insurance_code = items.insurance_code
    where items.settled_at is not null
),
stated as (
    select case kind when 'shifted' then shifted_to else stated_on end as stated_on, bureau_code, zsxm_code, zspm_code,
        amount + case when kind = 'amount' then difference else 0 end as amount
    from booked where kind <> 'missing'
    union all
    select stated_on, bureau_code, zsxm_code, zspm_code, amount from booked where kind = 'doubled'
),
lines as (
    select stated_on, bureau_code, treasury_of(bureau_code) as treasury_code, zsxm_code, zspm_code, count(*) as bookings, sum(amount) as amount
    from stated where stated_on <= getvariable('as_of')
    group by all
),
timed as (
    select lines.*, lpad(block_no::varchar, 3, '0') as sheet_no, treasury_cut(treasury_code, stated_on) + to_minutes(40) as sent_at,
        known(moment(workday_after(stated_on, 1), chance(treasury_code || stated_on::varchar, 'statement read'), 500, 540)) as read_at
    from lines cross join (select coalesce(max(block_no), 0) as block_no from world.bank_block)
)
select 'GK' || strftime(stated_on, '%Y%m%d') || treasury_code || zspm_code || sheet_no as "LSH", stated_on as "RKRQ", treasury_code as "SKGK_DM",
    bureau_code as "SKSSSWJG_DM", zsxm_code as "ZSXM_DM", zspm_code as "ZSPM_DM", sheet_no as "BXH", bookings as "BS", amount as "RKJE",
    sent_at as "FSSJ", read_flag(read_at, treasury_code || stated_on::varchar) as "DQBZ", read_at as "DQSJ", greatest(sent_at, read_at) as "GXSJ"
from timed;

-- verifications of tri-party agreements: passed within minutes of signing, now and then at the second try
create or replace table tax_bank."XY_YZJG" as
with usual as (
    select agreement_key, created_at, chance(agreement_key, 'check retry') < (select max(value) from world.bank_setting where name = 'check_retry_share') as is_retried
    from snap.agreement
    where agreement_key not in (select agreement_key from world.agreement_check where kind_code = '1')
),
checks as (
    select 'V' || agreement_key || '1' as check_no, agreement_key, '1' as kind_code, created_at + to_minutes(3) as sent_at, created_at + to_minutes(3) + to_seconds(25) as returned_at,
        case when is_retried then case when chance(agreement_key, 'check reason') < 0.6 then '24005' else '24001' end else '90000' end as return_code, null as raw_text
    from usual
    union all
    select 'V' || agreement_key || '2', agreement_key, '1', created_at + to_minutes(25), created_at + to_minutes(25) + to_seconds(25), '90000', null
    from usual where is_retried
    union all
    select check_no, agreement_key, kind_code, sent_at, returned_at, return_code, raw_text from world.agreement_check where is_known(sent_at)
)
select check_no as "YZXH", agreement_key as "XYXH", agreements.taxpayer_key as "DJXH", agreements.bank_no as "KHYHHH", agreements.account_name as "ZHMC",
    agreements.account_no as "YHZH", kind_code as "YZLX_DM", sent_at as "FSSJ", known(returned_at) as "FHSJ",
    case when is_known(returned_at) then coalesce(raw.raw_code, checks.return_code) end as "YSFHDM",
    case when is_known(returned_at) then coalesce(checks.raw_text, raw.raw_text) end as "YSFHXX",
    case when not is_known(returned_at) then '0' when checks.return_code = '90000' then '1' else '2' end as "YZJG_DM",
    greatest(sent_at, known(returned_at)) as "GXSJ"
from checks
join world.agreement as agreements using (agreement_key)
left join world.raw_answer as raw on raw.return_code = checks.return_code
    and chance(check_no, 'raw answer') >= raw.low and chance(check_no, 'raw answer') < raw.high;

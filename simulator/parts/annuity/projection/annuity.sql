-- The clearing centre's annuity tables as known at the end of the business date.
-- agreements with their unit, and the fee registration that it had when it signed
create or replace table snap.annuity_party as
select agreements.*, registrations.unit_no, registrations.name as unit_name, registrations.agency_code, registrations.bureau_code,
    ties.fee_registration_no, ties.taxpayer_key
from world.annuity_agreement as agreements
join world.registration as registrations using (registration_key)
asof left join (select registration_key as party, fee_registration_no, taxpayer_key, associated_at from world.fee_registration) as ties
    on ties.party = agreements.registration_key and ties.associated_at <= agreements.created_at
where is_known(agreements.created_at);

create or replace table snap.annuity_checked as
select *, known(returned_at) as answered_at from world.annuity_check where is_known(sent_at);

create or replace table annuity."NJ_XY" as
with last_check as (
    select agreement_key, max(answered_at) as answered_at, max_by(return_code, answered_at) filter (where answered_at is not null) as return_code
    from snap.annuity_checked group by agreement_key
),
moves as (
    select agreement_key, max(known(moved_at)) as moved_at, max_by(new_account, moved_at) filter (where is_known(moved_at)) as client_account,
        max_by(moved_account_no, moved_at) filter (where is_known(moved_at)) as account_no
    from world.annuity_move where is_known(changed_at) group by agreement_key
)
select parties.agreement_key as "NJXYXH", unit_no as "DWBH", unit_name as "DWMC", fee_registration_no as "SBDJXH",
    taxpayer_key as "DJXH", bureau_code as "ZGSWJ_DM", agency_code as "JBJG_DM", coalesce(moves.client_account, parties.client_account) as "KHDZH",
    way_code as "KKFS_DM", bank_code as "YHHB_DM", bank_no as "KHYHHH", account_name as "ZHMC",
    coalesce(moves.account_no, case when is_known(changed_at) then new_account_no end, parties.account_no) as "YHZH",
    case when checks.answered_at is null or coalesce(known(changed_at) > checks.answered_at, false) then '0' when checks.return_code = '90000' then '1' else '2' end as "YZZT_DM",
    checks.answered_at as "YZSJ", case when is_known(ended_at) then '2' else '1' end as "XYZT_DM", signed_on as "QYRQ", sign_channel_code as "QYQD_DM",
    known(changed_at) as "BGSJ", known(ended_at) as "ZZSJ",
    greatest(created_at, checks.answered_at, known(changed_at), known(ended_at), moves.moved_at) as "GXSJ"
from snap.annuity_party as parties
left join last_check as checks using (agreement_key)
left join moves using (agreement_key);

create or replace table annuity."NJ_XYYZ" as
select check_no as "YZXH", agreement_key as "NJXYXH", unit_no as "DWBH", kind_code as "YZLX_DM", account_name as "ZHMC",
    case when sent_at >= changed_at then new_account_no else account_no end as "YHZH", sent_at as "FSSJ", answered_at as "FHSJ",
    case when answered_at is not null then return_code end as "FHDM", case when answered_at is not null then return_text end as "FHXX",
    case when answered_at is null then '0' when return_code = '90000' then '1' else '2' end as "YZJG_DM",
    case when answered_at is not null then case when is_name_same then '1' else '2' end end as "HMYZ_DM",
    case when answered_at is not null then account_state_code end as "ZHZT_DM", case when answered_at is not null then registered_name end as "YHDJHM",
    case when is_known(followed_at) then follow_up end as "CLJG", known(followed_at) as "CLSJ", greatest(sent_at, answered_at, known(followed_at)) as "GXSJ"
from snap.annuity_checked join snap.annuity_party using (agreement_key);

-- debits of annuity tickets, each with the agreement that stood when it was sent
create or replace table snap.annuity_debit as
with debits as (
    select deductions.deduction_key, deductions.ticket_no, deductions.seq, deductions.batch_no as round_no, deductions.amount, deductions.sent_at,
        known(deductions.returned_at) as returned_at, case when is_known(deductions.returned_at) then deductions.return_code end as return_code,
        case when is_known(deductions.returned_at) then deductions.return_text end as return_text, tickets.issued_at, tickets.voided_at,
        tickets.department_code, tickets.notice_serial, tickets.batch_no, tickets.bureau_code, bills.registration_key, bills.unit_no, bills.bill_key
    from world.deduction as deductions
    join snap.ticket as tickets using (ticket_no)
    join world.bill as bills on bills.bill_key = tickets.bill_key
    where deductions.kind_code = '5' and is_known(deductions.sent_at)
)
select debits.*, agreements.agreement_key, coalesce(agreements.way_code, case when round_no is null then '1' else '2' end) as way_code,
    follow_ups.found, follow_ups.done,
    case when return_code <> '90000' then known(moment(workday_after(returned_at, 1), chance(deduction_key, 'follow up'), 560, 1000)) end as followed_at
from debits
asof left join (select registration_key as party, agreement_key, way_code, created_at from world.annuity_agreement) as agreements
    on agreements.party = debits.registration_key and agreements.created_at <= debits.sent_at
left join world.annuity_follow_up as follow_ups using (return_code);

create or replace table annuity."NJ_SSKK" as
select 'K' || deduction_key as "KKLSH", deduction_key as "KKXH", agreement_key as "NJXYXH", unit_no as "DWBH", ticket_no as "DZSPHM", notice_serial as "ZJTZLSH",
    batch_no as "CSPCH", bureau_code as "ZGSWJ_DM", amount as "KKJE", sent_at as "FSSJ", returned_at as "FHSJ", return_code as "FHDM", return_text as "FHXX",
    case when followed_at is not null then found end as "SBYY", case when followed_at is not null then done end as "CLCS", followed_at as "CLSJ",
    greatest(sent_at, returned_at, followed_at) as "GXSJ"
from snap.annuity_debit where way_code = '1';

-- the collection list: one item for each try, one for a ticket that was listed and not sent
create or replace table annuity."NJ_TSQC" as
with listed as (
    select deduction_key, agreement_key, unit_no, ticket_no, seq, notice_serial, batch_no, bureau_code, round_no, amount, sent_at, returned_at, return_code,
        return_text, found, done, followed_at, voided_at, greatest(issued_at + to_minutes(1), sent_at - to_minutes(case seq when 1 then 30 else 15 end)) as made_at
    from snap.annuity_debit where way_code = '2'
    union all
    select null, agreements.agreement_key, bills.unit_no, tickets.ticket_no, 1, tickets.notice_serial, tickets.batch_no, tickets.bureau_code, null,
        sums.amount, null, null, null, null, null, null, null, tickets.voided_at,
        tickets.issued_at + to_minutes(1)
    from snap.ticket as tickets
    join world.bill as bills on bills.bill_key = tickets.bill_key
    join (select ticket_no, sum(amount) as amount from snap.ticket_item where channel_code = '5' group by ticket_no) as sums on sums.ticket_no = tickets.ticket_no
    asof left join (select registration_key as party, agreement_key, way_code, created_at from world.annuity_agreement) as agreements
        on agreements.party = bills.registration_key and agreements.created_at <= tickets.issued_at
    where tickets.channel_code = '5' and coalesce(agreements.way_code, '2') = '2' and tickets.ticket_no not in (select ticket_no from snap.annuity_debit)
),
followed as (
    select *, lead(made_at) over (partition by ticket_no order by seq) as relisted_at from listed
),
removed as (
    select *, case when relisted_at is null and coalesce(return_code, '') <> '90000' then voided_at + to_minutes(1) end as removed_at from followed
)
select 'T' || ticket_no || seq as "QCXH", deduction_key as "KKXH", agreement_key as "NJXYXH", unit_no as "DWBH", ticket_no as "DZSPHM", notice_serial as "ZJTZLSH",
    batch_no as "CSPCH", bureau_code as "ZGSWJ_DM", round_no as "TSPC", amount as "TSJE", made_at as "SCSJ", sent_at as "FSSJ", returned_at as "FHSJ",
    return_code as "FHDM", return_text as "FHXX",
    case when return_code = '90000' then '3' when removed_at is not null then '9' when return_code is not null and relisted_at is not null then '5'
        when return_code is not null then '4' when sent_at is not null then '2' else '1' end as "QCZT_DM",
    case when followed_at is not null then found end as "SBYY", case when followed_at is not null then done end as "CLCS", followed_at as "CLSJ", removed_at as "ZFSJ",
    greatest(made_at, sent_at, returned_at, followed_at, removed_at, relisted_at) as "GXSJ"
from removed;

-- annuity tickets that tax confirmed: their money, the employer's and the persons' share, what lateness costs
create or replace table snap.annuity_paid as
with paid as (
    select items.ticket_no, items.bill_key, bills.registration_key, bills.unit_no, bills.period, bills.agency_code, items.bureau_code,
        items.notice_serial, items.batch_no, items.remitted_amount as amount, items.remitted_at, lines.unit_amount, lines.amount as due,
        greatest(0, items.remitted_at::date - month_last(bills.period)) as late_days
    from snap.ticket_item as items
    join world.bill as bills on bills.bill_key = items.bill_key
    join world.bill_item as lines on lines.bill_key = items.bill_key and lines.insurance_code = items.insurance_code
    where items.insurance_code = 'ZYNJ' and items.remitted_at is not null
)
select paid.*, cents(paid.amount * paid.unit_amount / paid.due) as unit_part, paid.amount - cents(paid.amount * paid.unit_amount / paid.due) as person_part,
    coalesce(cents(paid.amount * late_days * rates.late_fee), 0) as late_fee, coalesce(cents(paid.amount * late_days * rates.interest / 365), 0) as interest,
    coalesce(debits.returned_at, paid.remitted_at - to_minutes(5)) as debited_at, debits.way_code, debits.agreement_key
from paid
left join (select ticket_no, min(returned_at) as returned_at, any_value(way_code) as way_code, any_value(agreement_key) as agreement_key
           from snap.annuity_debit where return_code = '90000' group by ticket_no) as debits using (ticket_no)
cross join (select max(value) filter (where name = 'late_fee_per_day') as late_fee, max(value) filter (where name = 'interest_per_year') as interest
            from world.annuity_setting) as rates;

create or replace table annuity."NJ_ZZLS" as
with cases as (
    select bill_key, max(case when kind in ('missing', 'own') then 1 else 0 end) = 1 as is_left_out, coalesce(sum(case when kind = 'amount' then difference end), 0) as difference
    from world.annuity_transfer_case group by bill_key
),
transfers as (
    select 'J' || ticket_no || '1' as transfer_no, bill_key, ticket_no, '1' as money_kind, coalesce(way_code, '2') as way, amount + coalesce(cases.difference, 0) as amount, debited_at as arrived_at,
        null::timestamp as reversed_at, registration_key
    from snap.annuity_paid left join cases using (bill_key)
    where not coalesce(is_left_out, false)
    union all
    select 'J' || ticket_no || '2', bill_key, ticket_no, '2', coalesce(way_code, '2'), late_fee, debited_at + to_seconds(1), null, registration_key
    from snap.annuity_paid where late_fee > 0
    union all
    select 'J' || ticket_no || '3', bill_key, ticket_no, '3', coalesce(way_code, '2'), interest, debited_at + to_seconds(2), null, registration_key
    from snap.annuity_paid where interest > 0
    union all
    select 'J' || bills.ticket_stem || '0' || case cases.kind when 'own' then '4' else '5' end, bills.bill_key,
        case cases.kind when 'twice' then paid.ticket_no end, '1', case cases.kind when 'own' then '3' else coalesce(paid.way_code, '2') end,
        bills.amount + coalesce(cases.difference, 0), cases.transferred_at, known(cases.reversed_at), bills.registration_key
    from world.annuity_transfer_case as cases
    join world.bill as bills using (bill_key)
    left join snap.annuity_paid as paid on paid.bill_key = bills.bill_key
    where cases.kind in ('own', 'twice') and is_known(cases.transferred_at)
),
read as (
    select transfers.*, known(moment(workday_after(arrived_at, 1), chance(transfer_no, 'transfer read'), 500, 560)) as read_at from transfers
)
select transfer_no as "LSH", money_kind as "KXLX_DM", way as "ZZFS_DM", arrived_at::date as "ZZRQ", arrived_at as "ZZSJ", bills.unit_no as "DWBH", bills.agency_code as "JBJG_DM",
    parties.account_name as "FKHM", case when arrived_at >= parties.changed_at then parties.new_account_no else parties.account_no end as "FKZH", read.amount as "ZZJE",
    case when way = '3' then bills.unit_no || ' ' || bills.period || '职业年金' else ticket_no end as "FY", ticket_no as "DZSPHM",
    case when reversed_at is not null then 'Y' end as "CZBZ", read_flag(read.read_at, transfer_no) as "DQBZ", read.read_at as "DQSJ", greatest(arrived_at, reversed_at, read.read_at) as "GXSJ"
from read
join world.bill as bills on bills.bill_key = read.bill_key
asof left join (select registration_key as party, account_name, account_no, new_account_no, changed_at, created_at from world.annuity_agreement) as parties
    on parties.party = read.registration_key and parties.created_at <= read.arrived_at;

create or replace table annuity."NJ_CZ" as
select 'C' || bills.ticket_stem || '05' as "CZLSH", 'J' || bills.ticket_stem || '05' as "YLSH", bills.unit_no as "DWBH", bills.agency_code as "JBJG_DM",
    bills.amount + coalesce(cases.difference, 0) as "CZJE", reversed_at as "CZSJ", '重复扣款冲正' as "CZYY", reversed_at as "GXSJ"
from world.annuity_transfer_case as cases
join world.bill as bills using (bill_key)
where cases.kind = 'twice' and is_known(cases.reversed_at);

create or replace table annuity."NJ_ZHQY" as
select move_no as "QYXH", agreements.unit_no as "DWBH", moves.agreement_key as "NJXYXH", old_account as "YKHDZH", new_account as "XKHDZH", moves.changed_at as "BGSJ",
    case when is_known(tried_at) then state_code else '0' end as "QYZT_DM", known(tried_at) as "QYSJ",
    case when is_known(tried_at) then reason end as "SBYY", agreements.account_no as "YYHZH",
    case when is_known(moved_at) then coalesce(moved_account_no, agreements.account_no) end as "XYHZH", greatest(moves.changed_at, known(tried_at)) as "GXSJ"
from world.annuity_move as moves
join snap.annuity_party as agreements on agreements.agreement_key = moves.agreement_key
where is_known(moves.changed_at);

create or replace table annuity."NJ_SR" as
select ticket_no as "DZSPHM", notice_serial as "ZJTZLSH", batch_no as "CSPCH", unit_no as "DWBH", agency_code as "JBJG_DM", bureau_code as "ZGSWJ_DM",
    month_first(period) as "FKSSQQ", month_last(period) as "FKSSQZ", unit_part as "DWJFJE", person_part as "GRJFJE", late_fee as "ZNJ", interest as "LX",
    unit_part + person_part + late_fee + interest as "HJJE", remitted_at as "QRSJ", remitted_at as "GXSJ"
from snap.annuity_paid;

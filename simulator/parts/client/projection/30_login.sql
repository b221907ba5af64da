-- Logins and text messages since the log store begins.
create or replace temp table client_login as
with days as (  -- a login before the first declaration or payment of a day
    select account_no, min(done_at) as first_at from client_operation
    where account_no is not null and done_at >= getvariable('client_logs_logs_since')::timestamp group by account_no, done_at::date
),
months as (
    select date_trunc('month', m)::date as first_day
    from generate_series(getvariable('client_logs_logs_since')::timestamp, getvariable('as_of_end')::timestamp, interval 1 month) as s(m)
),
visits as (
    select account_no, n, first_day,
        moment(workday_not_before(first_day + floor(chance(account_no || first_day, 'visit day' || n) * 28)::int),
            chance(account_no || first_day, 'visit at' || n), 500, 1300) as done_at
    from world.client_account cross join months cross join range(1, getvariable('client_logins_visits_per_month')::int + 1) as r(n)
),
logins as (
    select account_no, first_at - to_minutes(chance_int(account_no || first_at, 'login before', 3, 12)) as done_at, '1' as kind from days
    union all
    select account_no, done_at, '1' || n from visits
),
open as (  -- nobody gets in while the client cannot be reached
    select logins.*, chance(logins.account_no || done_at, 'login') as p, accounts.terminal_code, accounts.mobile,
        exists (select 1 from world.client_outage where done_at >= starts_at - interval 2 minute and done_at < ends_at) as is_out
    from logins join world.client_account as accounts using (account_no)
    where done_at >= accounts.registered_at and (accounts.cancelled_at is null or done_at < accounts.cancelled_at)
        and done_at >= getvariable('client_logs_logs_since')::timestamp
)
select account_no, terminal_code, mobile, kind, done_at, case when is_out then '2' else '1' end as result,
    case when is_out then '03' end as cause_code,
    case when chance(account_no || done_at, 'by text') < getvariable('client_logins_text_message_share') then '2' else '1' end as way
from open
union all
select account_no, terminal_code, mobile, kind || '0', done_at - to_seconds(20 + (p * 1000)::int), '2',
    case when p < getvariable('client_logins_failure_share') * getvariable('client_logins_wrong_password') then '01'
        when p < getvariable('client_logins_failure_share') * (getvariable('client_logins_wrong_password') + getvariable('client_logins_wrong_code')) then '02' else '03' end, '1'
from open where p < getvariable('client_logins_failure_share') and not is_out
union all  -- those who try and try again
select accounts.account_no, terminal_code, mobile, '8' || n,
    starts_at + to_seconds(floor(chance(accounts.account_no || n, 'outage ' || starts_at) * extract(epoch from ends_at - starts_at))::int), '2', '03', '1'
from world.client_outage
cross join range(1, 4) as r(n)
join world.client_account as accounts on accounts.registered_at < starts_at and coalesce(accounts.cancelled_at > ends_at, true)
where n <= chance_int(accounts.account_no, 'tries ' || starts_at, -6, 3);

create or replace table tax_client."KHD_DLRZ" as
select 'L' || substr(account_no, 3) || strftime(done_at, '%y%m%d') || kind as "DLLSH", account_no as "YHXH", terminal_code as "DLZD_DM",
    way as "DLFS_DM", done_at as "DLSJ", result as "DLJG_DM", cause_code as "SBYY_DM",
    case cause_code when '01' then '账号或密码错误' when '02' then '验证码错误' when '03' then '网络异常，请稍后再试' end as "SBYY"
from client_login where is_known(done_at);

create or replace table tax_client."KHD_DXRZ" as
with months as (
    select date_trunc('month', m)::date as first_day
    from generate_series(getvariable('client_logs_logs_since')::timestamp, getvariable('as_of_end')::timestamp, interval 1 month) as s(m)
),
asked as (
    select 'X' || substr(account_no, 3) || '1' as number, account_no, mobile, '1' as purpose, registered_at - interval 3 minute as sent_at
    from world.client_account where registered_at >= getvariable('client_logs_logs_since')::timestamp
    union all
    select 'X' || substr(account_no, 3) || strftime(done_at, '%y%m%d') || kind, account_no, mobile, '2', done_at - interval 40 second
    from client_login where way = '2' and result = '1'
    union all
    select 'X' || substr(account_no, 3) || strftime(first_day, '%y%m') || '3', account_no, mobile, '3',
        moment(first_day + chance_int(account_no || first_day, 'reset day', 0, 27), chance(account_no || first_day, 'reset at'), 500, 1200)
    from world.client_account cross join months
    where chance(account_no || first_day, 'reset') < getvariable('client_logins_reset_share') and registered_at < first_day and cancelled_at is null
    union all
    select 'X' || fee_registration_no || substr(account_no, 3) || '4', account_no, accounts.mobile, '4', bound_at - interval 2 minute
    from client_binding join world.client_account as accounts using (account_no) where bound_at >= getvariable('client_logs_logs_since')::timestamp
),
sent as (
    select number, account_no, mobile, purpose, sent_at, sent_at + to_seconds(chance_int(number, 'receipt', 3, 25)) as receipt_at, null as fail_code from asked
    union all  -- lost, and asked for again
    select number || 'A', account_no, mobile, purpose, sent_at - interval 95 second, null, '04' from asked
    where chance(number, 'lost message') < getvariable('client_logins_lost_message_share')
    union all
    select 'Y' || substr(account_no, 3) || strftime(sent_at, '%y%m%d%H%M%S'), account_no, accounts.mobile, purpose_code, sent_at, receipt_at, fail_code
    from world.client_message join world.client_account as accounts using (account_no)
)
select number as "DXLSH", account_no as "YHXH", mobile as "SJHM",
    case when substr(mobile, 1, 3) in ('133', '153', '177', '180', '181', '189', '191', '199') then '3'
        when substr(mobile, 1, 3) in ('130', '131', '132', '155', '156', '185', '186') then '2' else '1' end as "YYS_DM",
    purpose as "YWLX_DM", sent_at as "FSSJ", known(receipt_at) as "HZSJ",
    case when is_known(receipt_at) then '1' when fail_code in ('01', '02', '03') then '2' end as "HZZT_DM",
    case when not is_known(receipt_at) then fail_code end as "SBYY_DM",
    case when is_known(receipt_at) then null else case fail_code when '01' then '终端拦截' when '02' then '用户关机或停机'
        when '03' then '空号' when '04' then '运营商网关超时' end end as "SBYY",
    greatest(sent_at, known(receipt_at)) as "GXSJ"
from sent where is_known(sent_at) and sent_at >= getvariable('client_logs_logs_since')::timestamp;

-- Accounts, bindings, confirmations, agreements: the client's slow-moving tables.
create or replace table tax_client."KHD_ZH" as
with changes as (
    select account_no, max(case when attribute = 'id_number' then value end) as id_number, max(case when attribute = 'mobile' then value end) as mobile,
        max(changed_at) as changed_at
    from world.client_account_change where is_known(changed_at) group by account_no
)
select accounts.account_no as "YHXH", name as "YHXM", '201' as "SFZJLX_DM", coalesce(changes.id_number, accounts.id_number) as "SFZJHM",
    coalesce(changes.mobile, accounts.mobile) as "SJHM",
    taxpayers.taxpayer_key as "ZCDJXH", terminal_code as "ZCZD_DM", registered_at as "ZCSJ", 'Y' as "SMRZBZ",
    case when is_known(cancelled_at) then '3' else '1' end as "ZHZT_DM", known(cancelled_at) as "ZXSJ",
    greatest(registered_at, known(cancelled_at), changes.changed_at) as "GXSJ"
from world.client_account as accounts
left join changes on changes.account_no = accounts.account_no
left join (select employer_key, min(taxpayer_key) as taxpayer_key from world.taxpayer group by employer_key) as taxpayers
    on taxpayers.employer_key = accounts.employer_key
where is_known(registered_at);

create or replace table tax_client."KHD_BDRZ" as
with tried as (  -- what came of the tries beside the usual ones
    select attempts.registration_key, attempts.account_no, attempts.tried_at,
        max(case when ties.associated_at <= attempts.tried_at and coalesce(ties.cancelled_at > attempts.tried_at, true)
            then ties.fee_registration_no end) as fee_registration_no
    from world.client_attempt as attempts
    left join client_tie as ties using (registration_key)
    group by all
),
judged as (
    select tried.*, ties.taxpayer_key, registrations.department_code, registrations.source_system, registrations.unit_no,
        case when tried.fee_registration_no is null then '01' when ties.struck_at <= tried_at then '02'
            when ties.contact_no is null then '03' end as cause_code
    from tried
    join world.registration as registrations using (registration_key)
    left join client_tie as ties using (fee_registration_no)
),
log as (
    select 'B' || fee_registration_no || substr(account_no, 3) || '1' as number, account_no, fee_registration_no, taxpayer_key,
        department_code, source_system, unit_no, '1' as operation, '1' as origin, '1' as result, null as cause_code, bound_at as done_at
    from client_binding
    union all
    select 'B' || fee_registration_no || substr(account_no, 3) || '2', account_no, fee_registration_no, taxpayer_key,
        department_code, source_system, unit_no, '2', case when is_ended_by_system then '2' else '1' end, '1', null, ended_at
    from client_binding where ended_at is not null
    union all  -- the clerk's phone takes no code: the finance officer's or the legal person's does, a quarter of an hour later
    select 'B' || fee_registration_no || substr(account_no, 3) || '0', account_no, fee_registration_no, taxpayer_key,
        department_code, source_system, unit_no, '1', '1', '2', '03', bound_at - interval 15 minute
    from client_binding where contact_no > 1
    union all
    select 'T' || strftime(tried_at, '%y%m%d%H%M') || department_code || source_system || unit_no, account_no, fee_registration_no, taxpayer_key,
        department_code, source_system, unit_no, '1', '1', '2', cause_code, tried_at
    from judged where cause_code is not null
)
select number as "BDXH", account_no as "YHXH", department_code as "BMLY_DM", unit_no as "DWBH", source_system as "XTLY",
    fee_registration_no as "SBDJXH", taxpayer_key as "DJXH", operation as "CZLX_DM", origin as "CZLY_DM", result as "CZJG_DM",
    cause_code as "SBYY_DM",
    case cause_code when '01' then '未查询到可绑定的户籍信息' when '02' then '纳税人状态异常，不能绑定'
        when '03' then '登记手机号码无法接收验证码' end as "SBYY",
    done_at as "CZSJ"
from log where is_known(done_at);

create or replace table tax_client."KHD_XZQR" as
select fee_registration_no as "SBDJXH", zspm_code as "ZSPM_DM", zsxm_code as "ZSXM_DM", taxpayer_key as "DJXH",
    department_code as "BMLY_DM", unit_no as "DWBH", source_system as "XTLY", pushed_at as "TSSJ",
    case when is_known(cancelled_at) then '3' when is_known(confirmed_at) then '1' else '0' end as "QRZT_DM",
    case when is_known(confirmed_at) then account_no end as "YHXH", known(confirmed_at) as "QRSJ",
    greatest(pushed_at, known(confirmed_at), known(cancelled_at)) as "GXSJ"
from client_item where is_known(pushed_at);

create or replace table tax_client."KHD_QYRZ" as
with agreements as (
    select a.* exclude (account_no), t.employer_key, t.bureau_code as taxpayer_bureau
    from world.agreement as a join world.taxpayer as t using (taxpayer_key)
),
signed as (
    select agreements.*, uses.account_no
    from agreements
    left join (from world.client_use where nth = 1) as uses
        on uses.employer_key = case when agreements.sign_channel_code = '2' then agreements.employer_key end
),
-- since March 2021 the client asks for a confirmation of the batch flag of what was signed at the counter
asked as (
    select agreements.*, greatest(created_at, getvariable('client_agreement_batch_confirmation_from')::timestamp, uses.starts_at) as asked_at,
        chance(agreement_key, 'confirms batch') as p, uses.account_no
    from agreements
    join world.client_use as uses on uses.employer_key = agreements.employer_key and uses.binds and uses.nth = 1
    where agreements.is_batch and agreements.sign_channel_code = '1'
),
confirmed as (
    select *, case when p < getvariable('client_agreement_confirmed_soon')
            then moment(workday_not_before(asked_at::date + chance_int(agreement_key, 'confirm batch', 1, 20)), chance(agreement_key, 'confirm batch at'), 520, 1000)
        when p < getvariable('client_agreement_confirmed_soon') + getvariable('client_agreement_confirmed_late')
            then moment(workday_not_before(asked_at::date + chance_int(agreement_key, 'confirm batch', 21, 200)), chance(agreement_key, 'confirm batch at'), 520, 1000)
        end as confirmed_at
    from asked
),
log as (
    select 'Q' || agreement_key || '1' as number, agreement_key, taxpayer_key, account_no, '1' as operation,
        case when account_no is null then '1' else pick(['2', '2', '3'], chance(agreement_key, 'sign terminal')) end as place,
        '1' as result, null as reason, taxpayer_bureau as bureau_code, created_at as done_at
    from signed
    union all
    select 'Q' || agreement_key || '2', agreement_key, taxpayer_key, account_no, '2',
        case when account_no is null then '1' else pick(['2', '2', '3'], chance(agreement_key, 'sign terminal')) end,
        case verify_code when '1' then '1' else '2' end, case verify_code when '2' then '三方协议验证失败' end, taxpayer_bureau,
        created_at + to_minutes(chance_int(agreement_key, 'verified after', 2, 40))
    from signed where verify_code <> '0'
    union all
    select 'Q' || agreement_key || '3', agreement_key, taxpayer_key, account_no, '3',
        pick(['2', '2', '3'], chance(agreement_key, 'confirm terminal')), '1', null, taxpayer_bureau, confirmed_at
    from confirmed where confirmed_at < coalesce(ended_on::timestamp, 'infinity'::timestamp)
    union all  -- an account, a bank or an authority that changes is changed at the counter
    select 'Q' || key || '4' || strftime(changed_at, '%y%m%d%H%M'), key, taxpayer_key, null, '4', '1', '1', null, taxpayer_bureau, changed_at
    from (select distinct key, changed_at from world.change where entity = 'agreement' and attribute <> 'ended_on') as changes
    join agreements on agreements.agreement_key = changes.key
    union all
    select 'Q' || agreement_key || '5', agreement_key, taxpayer_key, null, '5', '1', '1', null, taxpayer_bureau, ended_on::timestamp + interval 10 hour
    from agreements where ended_on is not null
)
select number as "QYLSH", agreement_key as "XYXH", taxpayer_key as "DJXH", account_no as "YHXH", operation as "CZLX_DM",
    place as "BLQD_DM", result as "CZJG_DM", reason as "SBYY", case when place = '1' then bureau_code end as "BLJG_DM", done_at as "CZSJ"
from log where is_known(done_at);

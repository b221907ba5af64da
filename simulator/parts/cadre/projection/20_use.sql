-- Logins, text messages and prints of cadres.
create or replace temp table cadre_login as
with months as (
    select m::date as first_day, extract(month from m) between 9 and 12 as is_season
    from generate_series(timestamp '2024-03-01', getvariable('as_of_end')::timestamp, interval 1 month) as s(m)
),
visits as (
    select cadre_no, mobile, first_day, n,
        moment(first_day + chance_int(cadre_no || first_day, 'visit day' || n, 0, 27), chance(cadre_no || first_day, 'visit at' || n), 480, 1320) as done_at
    from world.cadre
    cross join months
    cross join range(1, 15) as r(n)
    where registered_at < first_day + interval 1 month
        and n <= case when chance(cadre_no, 'idle') < getvariable('cadre_visits_idle_share') then chance_int(cadre_no || first_day, 'idle visits', -4, 1)
            else chance_int(cadre_no || first_day, 'visits', 0,
                2 * case when is_season then getvariable('cadre_visits_season') else getvariable('cadre_visits_other') end) end
    union all  -- who imports is logged in
    select c.cadre_no, c.mobile, i.imported_at::date, 90 + i.nth, i.imported_at - interval 6 minute
    from world.cadre_import as i join world.cadre as c using (cadre_no)
),
open as (
    select v.* from visits as v join world.cadre as c using (cadre_no)
    where v.done_at >= c.approved_at and (c.left_at is null or v.done_at < c.left_at)
)
select cadre_no, mobile, done_at, '1' as result, null as cause_code, strftime(done_at, '%y%m%d') || lpad(n::varchar, 2, '0') || '1' as number,
    chance(cadre_no || done_at, 'by text') < getvariable('cadre_visits_text_message_share') as is_by_text,
    chance_int(cadre_no || done_at, 'functions', 0, 6) as functions
from open
union all
select cadre_no, mobile, done_at - interval 70 second, '2', pick(['01', '01', '02', '03'], chance(cadre_no || done_at, 'login cause')),
    strftime(done_at, '%y%m%d') || lpad(n::varchar, 2, '0') || '0', false, 0
from open where chance(cadre_no || done_at, 'login fails') < getvariable('cadre_visits_failure_share');

create or replace table tax_cadre."GB_DLRZ" as
select 'GL' || substr(cadre_no, 3) || number as "DLLSH", cadre_no as "CGXH", done_at as "DLSJ", case when is_by_text then '2' else '1' end as "DLFS_DM",
    result as "DLJG_DM", cause_code as "SBYY_DM", functions as "SYGNCS"
from cadre_login where is_known(done_at);

create or replace table tax_cadre."GB_DXRZ" as
with asked as (
    select 'GX' || substr(cadre_no, 3) || '1' as number, cadre_no, mobile, '1' as purpose, registered_at - interval 3 minute as sent_at, null as fail_code
    from world.cadre
    union all
    select 'GX' || substr(cadre_no, 3) || number, cadre_no, mobile, '2', done_at - interval 45 second, null from cadre_login where is_by_text
    union all
    select 'GY' || substr(cadre_no, 3) || strftime(m.sent_at, '%y%m%d%H%M%S'), cadre_no, c.mobile, '2', m.sent_at, m.fail_code
    from world.cadre_message as m join world.cadre as c using (cadre_no)
),
answered as (select *, case when fail_code is null then sent_at + to_seconds(chance_int(number, 'receipt', 3, 25)) end as receipt_at from asked)
select number as "DXLSH", cadre_no as "CGXH", mobile as "SJHM", purpose as "YWLX_DM", sent_at as "FSSJ", known(receipt_at) as "HZSJ",
    case when is_known(receipt_at) then '1' when fail_code in ('01', '02', '03') then '2' end as "HZZT_DM", fail_code as "SBYY_DM",
    greatest(sent_at, known(receipt_at)) as "GXSJ"
from answered where is_known(sent_at);

-- a proof for who paid himself, a tax certificate for who paid through the village's or the school's household
create or replace table tax_cadre."GB_DYRZ" as
with printed as (
    select payments.payment_no, lines.cadre_no, lines.resident_no, payments.household_payment_no is not null as is_pooled, payments.remitted_at,
        chance(payments.payment_no, 'cadre prints') as p,
        moment(payments.remitted_at::date + chance_int(payments.payment_no, 'print days', 1, 40), chance(payments.payment_no, 'print at'), 500, 1260) as printed_at
    from world.person_payment as payments
    join world.insured as insured on insured.insured_key = payments.registration_key
    join roster_line as lines on lines.resident_key = insured.resident_key and lines.state_code = '1'
    where payments.remitted_at is not null and insured.insurance_code in ('10210', '10212')
        and p < case when payments.household_payment_no is not null then getvariable('cadre_prints_certificate_share') else getvariable('cadre_prints_proof_share') end
)
select 'GD' || printed.payment_no || right(printed.cadre_no, 1) as "DYLSH", printed.cadre_no as "CGXH", case when is_pooled then '1' else '2' end as "PZZL_DM",
    payment_no as "JFPZH", resident_no as "MXXH", printed_at as "DYSJ", '1' as "DYJG_DM"
from printed join world.cadre as c using (cadre_no)
where is_known(printed_at) and printed_at >= c.consent_at and (c.left_at is null or printed_at < c.left_at);

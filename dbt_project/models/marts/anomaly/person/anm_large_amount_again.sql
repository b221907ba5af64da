-- Flexible workers who were employees before: large-amount medical was assessed and sent to tax for a year for which their employer had paid it. Several
-- notices of one person are one finding, told by the last of them. Grain: insured.
with repeated as (
    select
        insured_key,
        max(notice_serial) as notice_serial,
        max(period) as period,
        max(insured_year) as insured_year,
        cast(count(*) as integer) as notice_count,
        {{ sum_amount('due_amount') }} as amount,
        min(assessed_at) as assessed_at,
        min(sent_at) as sent_at,
        max(unit_no) as unit_no,
        max(paid_amount) as paid_amount,
        max(paid_date) as paid_date
    from {{ ref('int_large_amount_repeat') }}
    group by insured_key
),

placed as (
    select
        repeated.*,
        coalesce(insured.department_code, 'NHSA') as department_code,
        insured.bureau_code,
        insured.agency_code,
        insured.town_code,
        {{ key_part('repeated.insured_key', 4) }} as insurance_code,
        {{ key_part('repeated.insured_key', 3) }} as person_no,
        insured.fee_registration_no,
        insured.enrolled_date
    from repeated
    left join {{ ref('int_insured') }} as insured on repeated.insured_key = insured.insured_key
    qualify row_number() over (partition by repeated.insured_key order by insured.fee_registration_no) = 1
)

select
    {{ finding_of(
        'B1.07', 'insured', alias='placed',
        reason="'paid_by_employer'",
        since='placed.sent_at',
        evidence='灵活就业医疗人员编号{placed.person_no}，{placed.insured_year}年度的大额医疗已由原单位（单位编号{placed.unit_no}）于{placed.paid_date|date}缴纳
            {placed.paid_amount|money}元，医保又核定{placed.amount|money}元并推送税务；医保撤销该年度大额医疗，或将开始缴费日期改为次年1月，缴费人即可正常缴纳基本医疗。',
        values={'period': 'placed.period', 'amount': 'placed.amount'},
    ) }},
    placed.person_no,
    placed.fee_registration_no,
    placed.notice_serial,
    placed.notice_count,
    placed.insured_year,
    placed.assessed_at,
    placed.sent_at,
    placed.unit_no,
    placed.paid_amount,
    placed.paid_date,
    placed.enrolled_date
from placed

-- Residents' pension and medical that were paid or at least declared for the year being collected: an extract, not findings. A view.
-- Grain: registration (person number × insurance).
with paid as (
    select
        registration.insured_key,
        registration.fee_registration_no,
        registration.department_code,
        registration.bureau_code,
        registration.agency_code,
        registration.town_code,
        registration.village_code,
        registration.insurance_code,
        registration.person_no,
        paid_year.fee_year,
        paid_year.fee_year || '12' as period,
        paid_year.declared_date,
        paid_year.declared_amount,
        paid_year.paid_amount,
        paid_year.refunded_amount,
        paid_year.last_paid_date,
        paid_year.is_household,
        insurance.insurance_name,
        case
            when paid_year.is_paid then 'paid'
            when paid_year.paid_amount > 0 then 'refunded'
            else 'declared_only'
        end as reason_code
    from {{ ref('int_person_registration') }} as registration
    inner join {{ ref('int_person_year') }} as paid_year
        on
            registration.fee_registration_no = paid_year.fee_registration_no
            and paid_year.fee_year = {{ current_fee_year('registration.insurance_code') }}
    left join {{ ref('ref_person_insurance') }} as insurance on registration.insurance_code = insurance.insurance_code
    where registration.is_resident
)

select
    {{ finding_of(
        'B4.07', 'insured', alias='paid',
        reason='paid.reason_code',
        since='coalesce(paid.last_paid_date, paid.declared_date)',
        evidence='人员编号{paid.person_no}的{paid.insurance_name|phrase}{paid.fee_year}年度' ~ "{case paid.reason_code when 'paid' then '已缴纳' || " ~ amount_text('paid.paid_amount') ~ " || '（' || " ~ date_text('paid.last_paid_date') ~ " || '上解）' when 'refunded' then '缴纳后已全额退费' else '已于' || " ~ date_text('paid.declared_date') ~ " || '申报，未缴款' end|phrase}" ~ '。',
        values={'period': 'paid.period', 'amount': "case when paid.paid_amount > 0 then paid.paid_amount else paid.declared_amount end"},
    ) }},
    paid.person_no,
    who.person_name,
    who.person_id_number,
    paid.fee_year,
    paid.declared_date,
    paid.declared_amount,
    paid.last_paid_date,
    paid.paid_amount,
    paid.refunded_amount,
    paid.is_household,
    paid.village_code
from paid
left join {{ ref('int_person_identity') }} as who on paid.fee_registration_no = who.fee_registration_no

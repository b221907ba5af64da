-- Registrations signed for batch deduction without an amount to be paid for the year being collected: no item will be made for them.
-- Grain: registration (person number × insurance).
with signed as (
    select
        fee_registration_no,
        min(signed_date) as signed_date,
        count(*) as agreement_count
    from {{ ref('int_person_agreement') }}
    where is_batch and is_in_force and fee_registration_no is not null
    group by fee_registration_no
),

insured as (
    select
        registration.*,
        signed.signed_date,
        signed.agreement_count,
        setup.amount_year,
        {{ current_fee_year('registration.insurance_code') }} as fee_year
    from signed
    inner join {{ ref('int_person_registration') }} as registration on signed.fee_registration_no = registration.fee_registration_no
    left join {{ ref('int_person_deduction_setup') }} as setup
        on signed.fee_registration_no = setup.fee_registration_no and coalesce(setup.set_amount, 0) > 0
    where registration.status_code = '1'
),

missing as (
    select
        insured.*,
        insurance.insurance_name,
        case
            when insured.amount_year is null then 'never_set'
            when insured.amount_year < insured.fee_year then 'earlier_year_only'
        end as reason_code,
        greatest(
            insured.signed_date,
            case when insured.amount_year is not null then cast(insured.amount_year || '-12-31' as date) else insured.signed_date end
        ) as since
    from insured
    left join {{ ref('ref_person_insurance') }} as insurance on insured.insurance_code = insurance.insurance_code
    where coalesce(insured.amount_year, '') < insured.fee_year
)

select
    {{ finding_of(
        'A10.11', 'insured', alias='missing',
        reason='missing.reason_code',
        since='missing.since',
        evidence='人员编号{missing.person_no}的{missing.insurance_name|phrase}已于{missing.signed_date|date}签约批扣，{missing.fee_year}年度未设置应缴费额' ~ "{case when missing.amount_year is not null then '（最近一次为' || missing.amount_year || '年度）' end|phrase}"
            ~ '，不会生成待批扣数据；设置应缴费额、终止协议或停保后解除。',
    ) }},
    who.person_name,
    who.person_id_number,
    missing.person_no,
    missing.village_code,
    missing.signed_date,
    missing.agreement_count,
    missing.fee_year,
    missing.amount_year
from missing
left join {{ ref('int_person_identity') }} as who on missing.fee_registration_no = who.fee_registration_no
qualify row_number() over (partition by missing.insured_key order by missing.registered_date desc, missing.fee_registration_no) = 1

-- Valid registrations and whether the amount to be paid is set for the year being collected: an extract, not findings. A view.
-- Grain: registration (person number × insurance).
with registration as (
    select
        *,
        {{ current_fee_year('insurance_code') }} as fee_year
    from {{ ref('int_person_registration') }}
    where status_code = '1'
),

listed as (
    select
        registration.*,
        insurance.insurance_name,
        setup.amount_year,
        case when coalesce(setup.set_amount, 0) > 0 then setup.set_amount end as set_amount,
        setup.set_date,
        case setup.setting_way_code when '1' then '本人' when '2' then '批量' when '3' then '村社区' end as setting_way_name,
        case
            when coalesce(setup.set_amount, 0) = 0 then 'not_set'
            when setup.amount_year < registration.fee_year then 'earlier_year_only'
            else 'set'
        end as reason_code
    from registration
    left join {{ ref('int_person_deduction_setup') }} as setup on registration.fee_registration_no = setup.fee_registration_no
    left join {{ ref('ref_person_insurance') }} as insurance on registration.insurance_code = insurance.insurance_code
)

select
    {{ finding_of(
        'B4.11', 'insured', alias='listed',
        reason='listed.reason_code',
        since='coalesce(listed.set_date, listed.registered_date)',
        evidence='人员编号{listed.person_no}的{listed.insurance_name|phrase}{listed.fee_year}年度' ~ "{case listed.reason_code when 'set' then '已设置应缴费额' || " ~ amount_text('listed.set_amount') ~ " when 'earlier_year_only' then '未设置应缴费额，最近一次为' || listed.amount_year || '年度' else '未设置应缴费额' end|phrase}" ~ '。',
        values={'amount': 'listed.set_amount'},
    ) }},
    listed.person_no,
    who.person_name,
    listed.fee_year,
    listed.amount_year,
    listed.set_date,
    listed.setting_way_name,
    listed.village_code,
    listed.registered_date
from listed
left join {{ ref('int_person_identity') }} as who on listed.fee_registration_no = who.fee_registration_no

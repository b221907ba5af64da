-- Valid registrations with neither a declaration nor a payment for the year being collected; who paid the year before comes with that mark. An extract, not
-- findings. A view. Grain: registration (person number × insurance).
{% set last_year = (var('as_of') | string)[:4] | int - 1 %}
with registration as (
    select
        *,
        {{ current_fee_year('insurance_code') }} as fee_year
    from {{ ref('int_person_registration') }}
    where status_code = '1'
),

silent as (
    select
        registration.*,
        registration.fee_year || '12' as period,
        insurance.insurance_name,
        year_before.last_paid_date as last_year_paid_date,
        case when coalesce(year_before.is_paid, false) then 'paid_last_year' else 'not_paid_last_year' end as reason_code
    from registration
    left join {{ ref('int_person_year') }} as declared
        on registration.fee_registration_no = declared.fee_registration_no and registration.fee_year = declared.fee_year
    left join {{ ref('int_person_year') }} as year_before
        on registration.fee_registration_no = year_before.fee_registration_no and year_before.fee_year = '{{ last_year }}'
    left join {{ ref('ref_person_insurance') }} as insurance on registration.insurance_code = insurance.insurance_code
    where declared.fee_registration_no is null
)

select
    {{ finding_of(
        'B4.10', 'insured', alias='silent',
        reason='silent.reason_code',
        since='silent.registered_date',
        evidence='人员编号{silent.person_no}的{silent.insurance_name|phrase}{silent.fee_year}年度未申报、未缴款' ~ "{case silent.reason_code when 'paid_last_year' then '，上一年度已缴' else '，上一年度也未缴' end|phrase}" ~ '。',
        values={'period': 'silent.period'},
    ) }},
    silent.person_no,
    who.person_name,
    who.person_id_number,
    silent.person_kind_code,
    silent.fee_year,
    silent.last_year_paid_date,
    silent.village_code,
    who.address,
    silent.registered_date
from silent
left join {{ ref('int_person_identity') }} as who on silent.fee_registration_no = who.fee_registration_no

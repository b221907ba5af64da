-- Person numbers that the department has suspended (停保) while tax keeps the registration valid: proposed to be made invalid, so that no item of a batch
-- deduction is made by mistake and nothing has to be paid back. Grain: insured.
{% set delay = var('b8_delay', 3) %}
with suspended as (
    select
        insured.*,
        insurance.insurance_name
    from {{ ref('int_insured') }} as insured
    inner join {{ ref('ref_person_insurance') }} as insurance on insured.insurance_code = insurance.insurance_code
    where insured.is_valid_at_tax and insured.agency_state = 'suspended'
    qualify row_number() over (partition by insured.insured_key order by insured.fee_registration_no) = 1
)

select
    {{ finding_of(
        'B8.1', 'insured', alias='suspended',
        reason='suspended.stop_stage',
        since='suspended.stop_registered_at',
        evidence='{suspended.insurance_name}人员编号{suspended.person_no}，{suspended.department_code|department}于{suspended.stop_registered_at|date}办理停保（'
            ~ '{' ~ insured_stop_words('suspended.stop_reason') ~ '|phrase}，{' ~ transfer_stage_words('suspended.stop_stage') ~ '|phrase}'
            ~ '），税务登记{suspended.fee_registration_no}仍为有效，会误生成待批扣清册；审核后将登记状态置为无效即解除。',
    ) }},
    suspended.source_system,
    suspended.person_no,
    suspended.fee_registration_no,
    suspended.insurance_name,
    {{ insured_stop_words('suspended.stop_reason') }} as stop_words,
    suspended.stop_registered_at,
    suspended.stop_sent_at,
    suspended.stop_read_at,
    '登记状态' as field_name,
    suspended.tax_status_code as current_value,
    '3' as proposed_value,
    {{ insured_stop_words('suspended.stop_reason') }} || '，部门已办理停保，税务登记仍有效' as reason_text,
    cast(case when suspended.stop_stage = 'not_sent' then 0.85 else 0.95 end as decimal(3, 2)) as confidence,
    case suspended.department_code when 'HRSS' then '人社参保信息' else '医保参保信息' end as evidence_source,
    'proposed' as state
from suspended
where {{ past_delay('suspended.stop_registered_at', delay) }}

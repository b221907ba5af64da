-- Two person numbers that the department has made one, and tax keeps both valid: the person pays twice. Named is the number that was merged away.
-- Grain: insured.
{% set delay = var('b1_02_delay', 3) %}
with merged as (
    select
        insured.*,
        insurance.insurance_name
    from {{ ref('int_insured') }} as insured
    inner join {{ ref('ref_person_insurance') }} as insurance on insured.insurance_code = insurance.insurance_code
    where insured.is_valid_at_tax and insured.stop_reason = 'merged' and insured.kept_person_no is not null
    qualify row_number() over (partition by insured.insured_key order by insured.fee_registration_no) = 1
),

both_alive as (
    select
        merged.*,
        kept.fee_registration_no as kept_registration_no
    from merged
    inner join {{ ref('int_insured') }} as kept
        on {{ key_of(['merged.department_code', 'merged.source_system', 'merged.kept_person_no', 'merged.insurance_code']) }} = kept.insured_key
    where kept.is_valid_at_tax
    qualify row_number() over (partition by merged.insured_key order by kept.fee_registration_no) = 1
)

select
    {{ finding_of(
        'B1.02b', 'insured', alias='both_alive',
        reason='both_alive.stop_stage',
        since='both_alive.stop_registered_at',
        evidence='{both_alive.insurance_name}人员编号{both_alive.person_no}于{both_alive.stop_registered_at|date}在{both_alive.department_code|department}并入编号
            {both_alive.kept_person_no}，{' ~ transfer_stage_words('both_alive.stop_stage') ~ '|phrase}，税务两个编号的登记（'
            ~ '{both_alive.fee_registration_no}、{both_alive.kept_registration_no}）都有效，会重复缴费；'
            ~ '{' ~ transfer_stage_remedy('both_alive.stop_stage') ~ '|phrase}，税务终止被合并编号的登记后解除。',
    ) }},
    both_alive.source_system,
    both_alive.person_no,
    both_alive.fee_registration_no,
    both_alive.insurance_name,
    both_alive.kept_person_no,
    both_alive.kept_registration_no,
    both_alive.stop_registered_at as merged_at,
    both_alive.stop_sent_at,
    both_alive.stop_read_at
from both_alive
where {{ past_delay('both_alive.stop_registered_at', delay) }}

-- Deaths, enlistments and moves that the department has registered and that did not reach tax, where the number would still be paid for: money to be paid
-- back later. To be run before each batch deduction. Grain: insured.
{% set delay = var('b1_02_delay', 3) %}
with changed as (
    select
        insured.*,
        insurance.insurance_name
    from {{ ref('int_insured') }} as insured
    inner join {{ ref('ref_person_insurance') }} as insurance on insured.insurance_code = insurance.insurance_code
    where
        insured.is_valid_at_tax
        and insured.stop_reason in ('dead', 'enlisted', 'moved')
    qualify row_number() over (partition by insured.insured_key order by insured.fee_registration_no) = 1
)

select
    {{ finding_of(
        'B1.02a', 'insured', alias='changed',
        reason='changed.stop_stage',
        since='changed.stop_registered_at',
        evidence='{changed.insurance_name}人员编号{changed.person_no}，{changed.department_code|department}于{changed.stop_registered_at|date}登记'
            ~ '{' ~ insured_stop_words('changed.stop_reason') ~ '|phrase}，{' ~ transfer_stage_words('changed.stop_stage') ~ '|phrase}'
            ~ '，税务登记{changed.fee_registration_no}仍为有效，缴费后须退费；'
            ~ '{' ~ transfer_stage_remedy('changed.stop_stage') ~ '|phrase}，税务停止该登记后解除。',
    ) }},
    changed.source_system,
    changed.person_no,
    changed.fee_registration_no,
    changed.insurance_name,
    {{ insured_stop_words('changed.stop_reason') }} as stop_words,
    changed.stop_registered_at,
    changed.stop_sent_at,
    changed.stop_read_at,
    changed.tax_registered_date
from changed
where {{ past_delay('changed.stop_registered_at', delay) }}

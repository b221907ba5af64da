-- Residents' pension numbers that HRSS holds dead or with benefits suspended, while tax would still take a payment: debited by batch, to be paid back.
-- Grain: insured.
{% set delay = var('b1_01_delay', 3) %}
with stopped as (
    select
        insured.*,
        case when insured.stop_reason = 'dead' then 'dead' else 'benefits_suspended' end as reason_code
    from {{ ref('int_insured') }} as insured
    where
        insured.insurance_code = '10210'
        and insured.is_valid_at_tax
        and insured.stop_reason in ('dead', 'benefits_suspended')
    qualify row_number() over (partition by insured.insured_key order by insured.fee_registration_no) = 1
)

select
    {{ finding_of(
        'B1.01a', 'insured', alias='stopped',
        reason='stopped.reason_code',
        since='stopped.stop_registered_at',
        evidence='城乡居民养老个人编号{stopped.person_no}，人社于{stopped.stop_registered_at|date}登记'
            ~ "{case stopped.reason_code when 'dead' then '死亡' else '暂停待遇' end|phrase}" ~ '，'
            ~ '{' ~ transfer_stage_words('stopped.stop_stage') ~ '|phrase}'
            ~ '，税务登记{stopped.fee_registration_no}仍为有效，批扣会继续扣款；税务停止该登记的缴费后解除。',
    ) }},
    stopped.source_system,
    stopped.person_no,
    stopped.fee_registration_no,
    {{ insured_stop_words('stopped.stop_reason') }} as stop_words,
    stopped.stop_stage,
    stopped.stop_registered_at,
    stopped.stop_sent_at,
    stopped.stop_read_at,
    stopped.tax_registered_date
from stopped
where {{ past_delay('stopped.stop_registered_at', delay) }}

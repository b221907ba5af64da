-- Valid bills that tax has received and the management subsystem has not got within the agreed time: where they stopped, and why. Grain: bill.
{% set delay = var('a3_02_delay', 1) %}
with waiting as (
    select
        bill.*,
        unit.unit_name,
        checks.check_code,
        checks.reason as intercept_reason,
        case
            when bill.validation_code = '2' then coalesce(checks.cause_code, 'other_check')
            when bill.shared_at is not null and bill.pushed_at is null then 'not_written_back'
            when bill.shared_at is not null then 'not_forwarded'
            when bill.pushed_at is not null then 'not_shared'
            when bill.validation_code = '1' then 'not_pushed'
            when coalesce(bill.validation_code, '0') = '0' then 'not_checked'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_bill') }} as bill
    left join {{ ref('int_bill_check') }} as checks on bill.bill_key = checks.bill_key
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
    where
        bill.is_valid
        and bill.has_tax
        and bill.front_received_at is null
        and bill.declared_at is null
        and {{ past_delay('bill.support_received_at', delay) }}
)

select
    {{ finding_of(
        'A3.02', 'bill', alias='waiting',
        reason='waiting.reason_code',
        since='waiting.support_received_at',
        evidence="“{waiting.unit_name}”{waiting.period|month}的征集单（流水号{waiting.notice_serial}、批次{waiting.batch_no}、{waiting.amount|money}元）
            于{waiting.support_received_at|date}由税务接收，至今未进入社保费子系统：{case waiting.reason_code
            when 'not_written_back' then '共享平台已接收、支撑平台未反写推送结果'
            when 'not_forwarded' then '共享平台已接收、未推送到前置库'
            when 'not_shared' then '支撑平台已推送、共享平台未接收'
            when 'not_pushed' then '校验通过、支撑平台未推送'
            when 'not_checked' then '支撑平台尚未校验'
            else '校验不通过，原因：' || coalesce(waiting.intercept_reason, '未注明') end|phrase}；同步数据或更正后推送进入前置库，或作废该单后解除。",
    ) }},
    waiting.unit_name,
    waiting.notice_serial,
    waiting.batch_no,
    waiting.validation_code,
    waiting.check_code,
    waiting.intercept_reason,
    waiting.support_received_at,
    waiting.pushed_at,
    waiting.shared_at,
    waiting.written_back_at
from waiting

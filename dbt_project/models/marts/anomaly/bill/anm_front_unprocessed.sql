-- Valid bills that have entered the management subsystem's front database and are not processed within the normal
-- processing time. Grain: bill.
{% set delay = var('a3_03_delay', 1) %}
with waiting as (
    select
        bill.*,
        unit.unit_name,
        unit.is_associated,
        {{ hours_between('bill.front_received_at', as_of_end()) }} as elapsed_hours,
        {{ hours_between('bill.pushed_at', as_of_end()) }} as pushed_hours,
        case
            when redeliveries.requested_at > bill.front_received_at then 'redelivered_waiting'
            when bill.front_processed_at is null then 'never_processed'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_bill') }} as bill
    left join {{ ref('int_bill_redelivery') }} as redeliveries on bill.bill_key = redeliveries.bill_key
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
    where
        bill.is_valid
        and coalesce(bill.front_state_code, '0') = '0'
        and {{ past_delay('bill.front_received_at', delay) }}
)

select
    {{ finding_of(
        'A3.03', 'bill',
        reason='bill.reason_code',
        since='bill.front_received_at',
        evidence='“{bill.unit_name}”{bill.period|month}的征集单（流水号{bill.notice_serial}、批次{bill.batch_no}、{bill.amount|money}元）
            于{bill.front_received_at|date}进入社保费子系统前置库，至今{bill.elapsed_hours}小时未处理；前置库处理（成功或失败）后解除。',
    ) }},
    bill.unit_name,
    bill.notice_serial,
    bill.batch_no,
    bill.pushed_at,
    bill.front_received_at,
    bill.elapsed_hours,
    bill.pushed_hours,
    bill.is_associated
from waiting as bill

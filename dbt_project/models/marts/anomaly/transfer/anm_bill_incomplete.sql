-- Valid bills whose summary, processing and detail tables are not all present past the agreed delay, or whose
-- amounts disagree in total or for an item: they cannot be pushed. Names the first that holds. Grain: bill.
{% set delay = var('a1_07_delay', 1) %}
with compared as (
    select
        bill.*,
        {{ past_delay('bill.sent_at', delay) }} as is_overdue,
        bill.has_summary
        and bill.has_processing
        and (bill.summary_amount is distinct from bill.processing_amount) as is_processing_different,
        bill.has_processing
        and bill.has_detail
        and (bill.has_item_difference or (bill.processing_amount is distinct from bill.detail_amount)) as is_detail_different
    from {{ ref('int_bill') }} as bill
    where bill.is_valid and (bill.has_summary or bill.has_processing or bill.has_detail)
),

judged as (
    select
        compared.*,
        case
            when compared.is_overdue and not compared.has_summary then 'summary_missing'
            when compared.is_overdue and not compared.has_processing then 'processing_missing'
            when compared.is_overdue and not compared.has_detail then 'detail_missing'
            when compared.is_processing_different then 'processing_amount_differs'
            when compared.is_detail_different then 'detail_amount_differs'
        end as reason_code
    from compared
),

explained as (
    select
        judged.*,
        unit.unit_name,
        case
            when judged.reason_code = 'summary_missing' then '缺少汇总表'
            when judged.reason_code = 'processing_missing' then '缺少处理表'
            when judged.reason_code = 'detail_missing' then '缺少明细表'
            when judged.reason_code = 'processing_amount_differs' then '汇总表与处理表金额不一致'
            when judged.detail_amount = judged.processing_amount then '明细表与处理表总额相同而分险种金额不一致'
            else '处理表与明细表金额不一致'
        end as what,
        coalesce({{ amount_text('judged.summary_amount') }}, '无') as summary_text,
        coalesce({{ amount_text('judged.processing_amount') }}, '无') as processing_text,
        coalesce({{ amount_text('judged.detail_amount') }}, '无') as detail_text
    from judged
    left join {{ ref('int_registration') }} as unit on judged.registration_key = unit.registration_key
    where judged.reason_code is not null
)

select
    {{ finding_of(
        'A1.07', 'bill',
        reason='bill.reason_code',
        since='bill.sent_at',
        evidence='“{bill.unit_name}”{bill.period|month}的征集单（{bill.department_code|department}流水号{bill.notice_serial}、
            批次{bill.batch_no}）{bill.what}：汇总表{bill.summary_text}、处理表{bill.processing_text}、
            明细表{bill.detail_text}；推送部门补齐三张表且金额一致，或撤销后重新推送，即解除。',
    ) }},
    bill.unit_name,
    bill.notice_serial,
    bill.batch_no,
    bill.has_summary,
    bill.has_processing,
    bill.has_detail,
    cast(bill.summary_amount as decimal(18, 2)) as summary_amount,
    cast(bill.processing_amount as decimal(18, 2)) as processing_amount,
    cast(bill.detail_amount as decimal(18, 2)) as detail_amount,
    bill.has_item_difference,
    bill.sent_at
from explained as bill

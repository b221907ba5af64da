-- All annuity collections that were sent this month, with the bank's answer, its reason decoded and what the clearing centre found
-- out: a list to hand to the bureaus, not a list of errors. Grain: annuity debit (托收清册序号).
{% set months = var('a8_05_months', 1) %}
with results as (
    select
        debit.*,
        case
            when debit.is_success then 'success'
            when not debit.is_returned then 'no_answer'
            else debit.reason_class
        end as reason_code,
        case when debit.is_success then '成功' when debit.is_returned then '失败' else '未返回' end as result_name
    from {{ ref('int_annuity_debit') }} as debit
    where
        debit.way_code = '2'
        and debit.sent_at is not null
        and debit.debit_month > {{ add_months_to_period(as_of_period(), -(months | int)) }}
),

reason as (
    select
        reason_class,
        min(reason_class_name) as reason_class_name
    from {{ ref('ref_bank_return_code') }}
    group by reason_class
)

select
    {{ finding_of(
        'A8.5', 'annuity_debit', alias='results',
        reason='results.reason_code',
        since='coalesce(results.returned_at, results.sent_at)',
        evidence='“{unit.unit_name}”{bill.period|month}的职业年金征集单（流水号{bill.notice_serial}、批次{bill.batch_no}）于{results.sent_at|date}托收{results.amount|money}元，
            {results.result_name}' ~ "{case when results.is_returned and not results.is_success then '：' || coalesce(reason.reason_class_name, '原因不明') || '（' || results.return_code || ' ' || coalesce(results.return_text, '') || '）' end|phrase}" ~ '。',
        values={'insurance_code': "'ZYNJ'", 'registration_key': 'coalesce(bill.registration_key, results.registration_key)'},
    ) }},
    unit.unit_name,
    unit.unit_no,
    bill.notice_serial,
    bill.batch_no,
    results.ticket_no,
    results.annuity_agreement_key,
    results.collection_batch_no,
    results.debit_month,
    results.sent_at,
    results.returned_at,
    results.result_name,
    results.return_code,
    results.return_text,
    case when results.is_returned and not results.is_success then coalesce(reason.reason_class_name, '原因不明') end as failure_reason,
    results.failure_reason as centre_reason,
    results.follow_up
from results
left join {{ ref('int_bill') }} as bill on results.bill_key = bill.bill_key
left join {{ ref('int_registration') }} as unit on coalesce(bill.registration_key, results.registration_key) = unit.registration_key
left join reason on results.reason_class = reason.reason_class

-- Receipts of cash that tax staff took and that were not summed up and remitted: those of earlier months always, those of the current month
-- in its last calendar days, so that no money is remitted across the month. Grain: cash receipt.
{% set watch_days = var('month_end_watch_days', 2) %}
with open_receipt as (
    select
        receipt.*,
        {{ to_period('receipt.taken_at') }} as taken_month,
        case
            when {{ to_period('receipt.taken_at') }} < {{ as_of_period() }} then 'earlier_month'
            when receipt.is_summed then 'summed_not_remitted'
            else 'not_summed'
        end as reason_code
    from {{ ref('int_cash_receipt') }} as receipt
    where not receipt.is_voided and not receipt.is_remitted
)

select
    {{ finding_of(
        'A7.3', 'cash_receipt', alias='receipt',
        reason='receipt.reason_code',
        since='receipt.taken_at',
        evidence='“{taxpayer.taxpayer_name}”{bill.period|month}的征集单（流水号{bill.notice_serial}）于{receipt.taken_at|date}以自收'
            ~ "{case receipt.pay_kind_code when '2' then 'POS' else '现金' end|phrase}" ~ '方式缴纳{receipt.amount|money}元（票据号码{receipt.cash_receipt_key}），至今'
            ~ "{case when receipt.is_summed then '已汇总、未上解' else '未做汇总上解' end|phrase}" ~ '；月末前汇总并上解，或作废票据，即解除。',
        values={
            'bureau_code': 'coalesce(bill.bureau_code, receipt.bureau_code)',
            'taxpayer_key': 'coalesce(receipt.taxpayer_key, bill.taxpayer_key)',
        },
    ) }},
    taxpayer.taxpayer_name as unit_name,
    receipt.cash_receipt_key as receipt_no,
    receipt.ticket_no,
    bill.notice_serial,
    bill.batch_no,
    receipt.authority_code,
    receipt.pay_kind_code,
    receipt.taken_at,
    receipt.taken_month,
    receipt.summary_no,
    receipt.summed_at
from open_receipt as receipt
left join {{ ref('int_bill') }} as bill on receipt.bill_key = bill.bill_key
left join {{ ref('int_taxpayer') }} as taxpayer on coalesce(receipt.taxpayer_key, bill.taxpayer_key) = taxpayer.taxpayer_key
where
    receipt.taken_month < {{ as_of_period() }}
    or (
        receipt.taken_month = {{ as_of_period() }}
        and {{ days_between(as_of_date(), period_end(as_of_period())) }} < {{ watch_days | int }}
    )

-- Bills with invoices that are neither void nor paid, from an earlier month, or from the current one within the last
-- calendar days of the month: to be voided before the month's returns. Grain: bill.
{% set watch_days = var('month_end_watch_days', 2) %}
with unpaid as (
    select
        bill.*,
        unit.unit_name,
        {{ to_period('bill.oldest_unpaid_invoiced_at') }} as invoiced_month
    from {{ ref('int_bill') }} as bill
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
    where bill.unpaid_invoiced_amount > 0
)

select
    {{ finding_of(
        'A7.2', 'bill', alias='unpaid',
        reason="case when unpaid.invoiced_month < " ~ as_of_period() ~ " then 'earlier_month' else 'month_end' end",
        since='unpaid.oldest_unpaid_invoiced_at',
        evidence='“{unpaid.unit_name}”{unpaid.period|month}的征集单（流水号{unpaid.notice_serial}、批次{unpaid.batch_no}）于
            {unpaid.oldest_unpaid_invoiced_at|date}开具的缴款书尚有{unpaid.unpaid_invoiced_amount|money}元未缴款；
            月末回盘前缴款，或作废未缴的缴款书，即解除。',
        values={'amount': 'unpaid.unpaid_invoiced_amount'},
    ) }},
    unpaid.unit_name,
    unpaid.notice_serial,
    unpaid.batch_no,
    unpaid.channel_code,
    unpaid.oldest_unpaid_invoiced_at,
    unpaid.invoiced_month,
    cast(unpaid.amount as decimal(18, 2)) as bill_amount,
    cast(unpaid.invoiced_amount as decimal(18, 2)) as invoiced_amount,
    cast(unpaid.collected_amount as decimal(18, 2)) as collected_amount,
    unpaid.is_valid as is_bill_valid
from unpaid
where
    unpaid.invoiced_month < {{ as_of_period() }}
    or (
        unpaid.invoiced_month = {{ as_of_period() }}
        and {{ days_between(as_of_date(), period_end(as_of_period())) }} < {{ watch_days | int }}
    )

-- Deregistered or abnormal taxpayers that went on paying in several consecutive months after the month in which their
-- status changed, up to the month of as_of or the one before. The payer is the one on the ticket. Grain: taxpayer.
{% set months = var('a9_08_months', 2) %}
with payment as (
    select
        coalesce(paid.taxpayer_key, bill.taxpayer_key) as taxpayer_key,
        paid.remitted_date,
        paid.remitted_amount
    from {{ ref('int_ticket_item') }} as paid
    left join {{ ref('int_bill') }} as bill on paid.bill_key = bill.bill_key
    where paid.remitted_amount > 0
),

paid_month as (
    select
        taxpayer.taxpayer_key,
        {{ to_period('paid.remitted_date') }} as month,
        cast(sum(paid.remitted_amount) as decimal(18, 2)) as amount,
        min(paid.remitted_date) as first_paid_date,
        max(paid.remitted_date) as last_paid_date
    from {{ ref('int_taxpayer') }} as taxpayer
    inner join payment as paid on taxpayer.taxpayer_key = paid.taxpayer_key
    where
        taxpayer.status_code in ('05', '07')
        and {{ to_period('paid.remitted_date') }} > {{ to_period('taxpayer.status_date') }}
    group by taxpayer.taxpayer_key, {{ to_period('paid.remitted_date') }}
),

numbered as (
    select
        paid_month.*,
        {{ period_index('month') }}
        + row_number() over (partition by taxpayer_key order by month desc) as run_no
    from paid_month
),

paying_run as (
    select
        taxpayer_key,
        count(*) as paid_months,
        min(month) as first_month,
        max(month) as last_month,
        cast(sum(amount) as decimal(18, 2)) as paid_amount,
        min(first_paid_date) as paying_since,
        max(last_paid_date) as last_paid_date
    from numbered
    group by taxpayer_key, run_no
    having
        count(*) >= {{ months | int }}
        and max(month) >= {{ add_months_to_period(as_of_period(), -1) }}
)

select
    {{ finding_of(
        'A9.8', 'taxpayer',
        reason="case taxpayer.status_code when '07' then 'deregistered' else 'abnormal' end",
        since='paying_run.paying_since',
        evidence='“{taxpayer.taxpayer_name}”已于{taxpayer.status_date|date}' ~ "{case taxpayer.status_code when '07' then '税务注销' else '认定非正常' end|phrase}"
            ~ '，却在{paying_run.first_month|month}至{paying_run.last_month|month}连续{paying_run.paid_months}个月缴纳社保费共
            {paying_run.paid_amount|money}元；核实后恢复正常状态或停止参保缴费，即解除。',
        values={'amount': 'paying_run.paid_amount'},
    ) }},
    taxpayer.taxpayer_name as unit_name,
    taxpayer.status_code,
    taxpayer.status_date,
    paying_run.paid_months,
    paying_run.first_month,
    paying_run.last_month,
    paying_run.paid_amount,
    paying_run.last_paid_date
from paying_run
inner join {{ ref('int_taxpayer') }} as taxpayer on paying_run.taxpayer_key = taxpayer.taxpayer_key

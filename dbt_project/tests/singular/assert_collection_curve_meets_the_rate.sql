-- The curve of the current month ends at the published rate, and the rate of the month before at the same progress is the curve's point of that day.
with curve as (
    select
        period,
        calendar_date,
        level,
        area_code,
        rate_amount,
        rate_bills
    from {{ ref('mtr_collection_daily') }}
),

rate as (
    select
        level,
        area_code,
        max(case when basis = 'amount' then rate end) as rate_amount,
        max(case when basis = 'bill' then rate end) as rate_bills,
        max(case when basis = 'amount' then prev_rate end) as prev_rate_amount,
        max(case when basis = 'bill' then prev_rate end) as prev_rate_bills
    from {{ ref('mtr_collection_rate') }}
    where cut_type = 'total' and level in ('city', 'bureau') and period = {{ as_of_period() }}
    group by level, area_code
)

select
    rate.level,
    rate.area_code,
    rate.rate_amount,
    today.rate_amount as curve_amount,
    rate.rate_bills,
    today.rate_bills as curve_bills,
    rate.prev_rate_amount,
    before.rate_amount as curve_prev_amount,
    rate.prev_rate_bills,
    before.rate_bills as curve_prev_bills
from rate
left join curve as today
    on
        today.period = {{ as_of_period() }} and today.calendar_date = {{ as_of_date() }}
        and rate.level = today.level and rate.area_code = today.area_code
left join curve as before
    on
        before.period = '{{ metric_period(1) }}' and before.calendar_date = cast('{{ metric_progress_day(1) }}' as date)
        and rate.level = before.level and rate.area_code = before.area_code
where
    rate.rate_amount is distinct from today.rate_amount
    or rate.rate_bills is distinct from today.rate_bills
    or rate.prev_rate_amount is distinct from before.rate_amount
    or rate.prev_rate_bills is distinct from before.rate_bills

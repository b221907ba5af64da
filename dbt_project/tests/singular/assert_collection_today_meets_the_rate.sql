-- What the overview says of the current month is what the rate table says: due, collected and missing, by money, bills and employers.
with rate as (
    select
        level,
        area_code,
        max(case when basis = 'amount' then denominator end) as due_amount,
        max(case when basis = 'amount' then numerator end) as collected_amount,
        max(case when basis = 'bill' then denominator end) as due_bills,
        max(case when basis = 'employer' then denominator - numerator end) as missing_employers
    from {{ ref('mtr_collection_rate') }}
    where cut_type = 'total' and level in ('city', 'bureau') and period = {{ as_of_period() }}
    group by level, area_code
)

select
    today.level,
    today.area_code,
    today.due_amount,
    rate.due_amount as rate_due_amount
from {{ ref('mtr_today') }} as today
full outer join rate on today.level = rate.level and today.area_code = rate.area_code
where
    coalesce(today.due_amount, 0) <> coalesce(rate.due_amount, 0)
    or coalesce(today.collected_amount, 0) <> coalesce(rate.collected_amount, 0)
    or coalesce(today.due_bills, 0) <> coalesce(rate.due_bills, 0)
    or coalesce(today.missing_employers, 0) <> coalesce(rate.missing_employers, 0)

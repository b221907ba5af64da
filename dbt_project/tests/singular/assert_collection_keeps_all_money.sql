-- The base of the metrics holds all money that came in for the bills of its months, to the cent.
with base as (
    select
        period,
        sum(gross_collected_amount) as collected_amount
    from {{ ref('mtr_collection_base') }}
    group by period
),

recorded as (
    select
        bill.period,
        sum(item.collected_amount) as collected_amount
    from {{ ref('int_bill_item') }} as item
    inner join {{ ref('int_bill') }} as bill on item.bill_key = bill.bill_key
    where bill.period in (select period from base)
    group by bill.period
)

select
    period,
    base.collected_amount,
    recorded.collected_amount as recorded_amount
from base
full outer join recorded using (period)
where coalesce(base.collected_amount, 0) <> coalesce(recorded.collected_amount, 0)

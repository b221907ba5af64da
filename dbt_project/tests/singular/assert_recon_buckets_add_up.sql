-- The three buckets: what was collected is settled in its month, later, or not yet; every settled cent stands in exactly one month; and the table by item has
-- the same money as the buckets.
with cell as (
    select
        month,
        insurance_code,
        sum(collected_amount) as collected_amount,
        sum(settled_same_month + settled_later_month + not_settled_amount) as parts
    from {{ ref('rec_bucket') }}
    group by month, insurance_code
),

total as (
    select sum(settled_amount) as settled_amount from {{ ref('rec_bucket') }}
),

recorded as (
    select sum(ticket.settled_amount) as settled_amount
    from {{ ref('int_ticket_item') }} as ticket
    inner join {{ ref('ref_insurance_item') }} as insurance on ticket.insurance_code = insurance.insurance_code
    where insurance.is_treasury
),

by_item as (
    select sum(settled_same_month + settled_from_earlier) as settled_amount
    from {{ ref('rec_received_by_item') }}
    where basis_code = 'flow'
)

select
    month,
    insurance_code,
    collected_amount as one,
    parts as other
from cell
where collected_amount <> parts
union all
select
    'all' as month,
    'recorded' as insurance_code,
    total.settled_amount as one,
    recorded.settled_amount as other
from total
cross join recorded
where coalesce(total.settled_amount, 0) <> coalesce(recorded.settled_amount, 0)
union all
select
    'all' as month,
    'by_item' as insurance_code,
    total.settled_amount as one,
    by_item.settled_amount as other
from total
cross join by_item
where coalesce(total.settled_amount, 0) <> coalesce(by_item.settled_amount, 0)

-- Both sides of the grid hold all money that is recorded: what tax remitted for bills and what the agencies posted.
with grid as (
    select
        sum(tax_collected_amount) as collected_amount,
        sum(agency_collected_amount) as posted_amount
    from {{ ref('rec_employer_item') }}
),

recorded as (
    select
        sum(collected_amount) as collected_amount,
        sum(posted_amount) as posted_amount
    from {{ ref('int_bill_item') }}
)

select
    grid.collected_amount,
    recorded.collected_amount as recorded_collected,
    grid.posted_amount,
    recorded.posted_amount as recorded_posted
from grid
cross join recorded
where
    coalesce(grid.collected_amount, 0) <> coalesce(recorded.collected_amount, 0)
    or coalesce(grid.posted_amount, 0) <> coalesce(recorded.posted_amount, 0)

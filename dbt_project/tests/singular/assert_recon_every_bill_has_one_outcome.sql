-- Every bill that either side knows is in exactly one outcome of each measure, and the summary counts it once.
with measured as (
    select
        bill_key,
        measure,
        count(*) as times
    from {{ ref('rec_measured') }}
    where insurance_code = '*' and outcome_code between 0 and 7
    group by bill_key, measure
),

expected as (
    select
        bill.bill_key,
        measure.measure
    from {{ ref('int_bill') }} as bill
    cross join (
        select 'bill' as measure
        union all
        select 'collection' as measure
    ) as measure
),

summary as (
    select
        measure,
        sum(bill_count) as bill_count
    from {{ ref('rec_summary') }}
    where insurance_code = '*'
    group by measure
)

select
    bill_key,
    measure,
    coalesce(times, 0) as times
from expected
full outer join measured using (bill_key, measure)
where times is distinct from 1
union all
select
    'all' as bill_key,
    measure,
    summary.bill_count as times
from summary
where summary.bill_count <> (select count(*) from {{ ref('int_bill') }})

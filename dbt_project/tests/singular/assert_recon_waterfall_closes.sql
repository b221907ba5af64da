-- Blocking: from one side's total to the other's every cent is assigned to a cause and nothing remains, in every cell; and both totals are what the sides
-- themselves record, added up without the reconciliation.
with cell as (
    select
        pair,
        measure,
        month,
        department_code,
        bureau_code,
        agency_code,
        insurance_code,
        sum(case when step_code = 'other_total' then -amount else amount end) as remainder
    from {{ ref('rec_waterfall') }}
    group by pair, measure, month, department_code, bureau_code, agency_code, insurance_code
),

total as (
    select
        measure,
        sum(case when step_code = 'first_total' then amount else 0 end) as first_total,
        sum(case when step_code = 'other_total' then amount else 0 end) as other_total
    from {{ ref('rec_waterfall') }}
    where pair in ('tax_hrss', 'tax_nhsa') and measure in ('collection', 'settlement')
    group by measure
),

recorded as (
    select
        'collection' as measure,
        sum(collected_amount) as first_total,
        sum(posted_amount) as other_total
    from {{ ref('int_bill_item') }}
    union all
    select
        'settlement' as measure,
        sum(settled_amount) as first_total,
        sum(settlement_read_amount) as other_total
    from {{ ref('int_bill_item') }}
)

select
    pair,
    measure,
    month,
    bureau_code,
    insurance_code,
    remainder as expected,
    0 as found
from cell
where remainder <> 0
union all
select
    'tax_agency' as pair,
    recorded.measure,
    cast(null as string) as month,
    cast(null as string) as bureau_code,
    cast(null as string) as insurance_code,
    recorded.first_total + recorded.other_total as expected,
    total.first_total + total.other_total as found
from recorded
left join total on recorded.measure = total.measure
where
    coalesce(recorded.first_total, 0) <> coalesce(total.first_total, 0)
    or coalesce(recorded.other_total, 0) <> coalesce(total.other_total, 0)

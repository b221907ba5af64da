-- To the cent, for each pair and measure: the differences of the employers' grid are those of the bills' items, and breaks, what is still in time and
-- what agrees add up to the same sum. A grid that does not tie to its items is no reconciliation.
with item as (
    {%- for measure, columns in rec_line_measures().items() if measure != 'settlement' %}
    select
        'tax_' || lower(department_code) as pair,
        '{{ measure }}' as measure,
        sum(case when {{ columns['tax_state'] }} = 'success' then coalesce({{ columns['tax_amount'] }}, 0) else 0 end)
        - sum(case when {{ columns['agency_state'] }} = 'success' then coalesce({{ columns['agency_amount'] }}, 0) else 0 end) as difference
    from {{ ref('int_recon_line') }}
    where insurance_code <> '*'
    group by department_code
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

grid as (
    select
        pair,
        'bill' as measure,
        sum(bill_amount_difference) as difference
    from {{ ref('rec_employer_item') }}
    group by pair
    union all
    select
        pair,
        'collection' as measure,
        sum(collected_amount_difference) as difference
    from {{ ref('rec_employer_item') }}
    group by pair
),

summary as (
    select
        pair,
        measure,
        sum(difference) as difference,
        sum(case when outcome_code between 2 and 6 then difference else 0 end) as break_difference
    from {{ ref('rec_summary') }}
    where insurance_code <> '*' and measure <> 'settlement'
    group by pair, measure
),

break_list as (
    select
        pair,
        measure,
        sum(difference) as difference
    from {{ ref('rec_break') }}
    where insurance_code <> '*' and measure <> 'settlement'
    group by pair, measure
)

select
    pair,
    measure,
    item.difference as item_difference,
    grid.difference as grid_difference,
    summary.difference as summary_difference,
    summary.break_difference as summary_break_difference,
    break_list.difference as break_difference
from item
full outer join grid using (pair, measure)
full outer join summary using (pair, measure)
full outer join break_list using (pair, measure)
where
    item.difference is distinct from grid.difference
    or item.difference is distinct from summary.difference
    or coalesce(break_list.difference, 0) is distinct from summary.break_difference

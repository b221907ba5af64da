-- Every bill that either side knows is in exactly one outcome of each measure: the summary counts it once.
with expected as (
    select
        measure.measure,
        count(*) as bill_count  -- noqa: AL05
    from {{ ref('int_bill') }} as bill  -- noqa: AL05
    cross join (
        {%- for measure in rec_line_measures() %}
        select '{{ measure }}' as measure
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as measure
    group by measure.measure
),

summary as (
    select
        measure,
        sum(bill_count) as bill_count  -- noqa: AL05
    from {{ ref('rec_summary') }}
    where insurance_code = '*'
    group by measure
)

select
    measure,
    expected.bill_count as expected_count,
    summary.bill_count
from expected
full outer join summary using (measure)
where expected.bill_count is distinct from summary.bill_count

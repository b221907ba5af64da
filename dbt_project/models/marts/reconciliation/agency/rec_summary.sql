-- 对账汇总: all eight outcomes. Whole bills (item '*') and items stand side by side: never add the two.
-- What differs comes from rec_measured, what agrees (1) or neither side has (7) is counted here in one pass over both sides.
-- Grain: pair × measure × period × bureau × agency × item × outcome × cause.
with agreed as (
    {%- for measure, columns in rec_line_measures().items() %}
    select
        department_code,
        '{{ measure }}' as measure,
        period,
        bureau_code,
        agency_code,
        insurance_code,
        case when {{ columns['tax_state'] }} = 'success' then 1 else 7 end as outcome_code,
        count(*) as bill_count,
        sum(case when {{ columns['tax_state'] }} = 'success' then coalesce({{ columns['tax_amount'] }}, 0) else 0 end) as tax_amount,
        sum(case when {{ columns['agency_state'] }} = 'success' then coalesce({{ columns['agency_amount'] }}, 0) else 0 end) as agency_amount
    from {{ ref('int_recon_line') }}
    where not {{ rec_line_differs(measure) }}
    group by
        department_code,
        period,
        bureau_code,
        agency_code,
        insurance_code,
        case when {{ columns['tax_state'] }} = 'success' then 1 else 7 end
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

differing as (
    select
        pair,
        measure,
        period,
        bureau_code,
        agency_code,
        insurance_code,
        outcome_code,
        cause_code,
        count(*) as bill_count,
        sum(coalesce(tax_amount, 0)) as tax_amount,
        sum(coalesce(agency_amount, 0)) as agency_amount
    from {{ ref('rec_measured') }}
    group by pair, measure, period, bureau_code, agency_code, insurance_code, outcome_code, cause_code
),

every_outcome as (
    select * from differing
    union all
    select
        'tax_' || lower(department_code) as pair,
        measure,
        period,
        bureau_code,
        agency_code,
        insurance_code,
        outcome_code,
        cast(null as string) as cause_code,
        bill_count,
        tax_amount,
        agency_amount
    from agreed
)

select
    pair,
    measure,
    period,
    bureau_code,
    agency_code,
    insurance_code,
    cast(outcome_code as integer) as outcome_code,
    {{ rec_words('outcome_code', rec_outcomes()) }} as outcome,
    cause_code,
    {{ rec_words('cause_code', rec_causes()) }} as cause,
    cast(sum(bill_count) as integer) as bill_count,
    {{ sum_amount('tax_amount') }} as tax_amount,
    {{ sum_amount('agency_amount') }} as agency_amount,
    cast(sum(tax_amount) - sum(agency_amount) as decimal(18, 2)) as difference
from every_outcome
group by pair, measure, period, bureau_code, agency_code, insurance_code, outcome_code, cause_code

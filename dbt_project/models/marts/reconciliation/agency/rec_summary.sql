-- 对账汇总: all eight outcomes. Whole bills (item '*') and items stand side by side: never add the two.
-- Grain: pair × measure × period × bureau × agency × item × outcome × cause.
select
    pair,
    measure,
    period,
    bureau_code,
    agency_code,
    insurance_code,
    outcome_code,
    {{ rec_words('outcome_code', rec_outcomes()) }} as outcome,
    cause_code,
    {{ rec_words('cause_code', rec_causes()) }} as cause,
    cast(count(*) as integer) as bill_count,
    {{ sum_amount('coalesce(tax_amount, 0)') }} as tax_amount,
    {{ sum_amount('coalesce(agency_amount, 0)') }} as agency_amount,
    {{ sum_amount('difference') }} as difference
from {{ ref('rec_measured') }}
group by pair, measure, period, bureau_code, agency_code, insurance_code, outcome_code, cause_code

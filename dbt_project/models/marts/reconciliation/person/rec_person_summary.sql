-- 自然人缴款对账汇总: all outcomes, split to HRSS and NHSA. Grain: pair × department × month × bureau × agency × item × outcome × cause; the month is that of
-- the remittance or settlement.
select
    pair,
    department_code,
    {{ to_period('since_date') }} as month,
    bureau_code,
    agency_code,
    insurance_code,
    outcome_code,
    {{ rec_words('outcome_code', rec_outcomes()) }} as outcome,
    cause_code,
    {{ rec_words('cause_code', rec_chain_causes()) }} as cause,
    cast(count(*) as integer) as case_count,
    {{ sum_amount('coalesce(tax_amount, 0)') }} as tax_amount,
    {{ sum_amount('coalesce(other_amount, 0)') }} as agency_amount,
    cast(sum(coalesce(tax_amount, 0)) - sum(coalesce(other_amount, 0)) as decimal(18, 2)) as difference
from {{ ref('int_recon_person') }}
group by pair, department_code, {{ to_period('since_date') }}, bureau_code, agency_code, insurance_code, outcome_code, cause_code

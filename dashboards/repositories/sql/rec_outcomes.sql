-- Reconciliation outcomes of one period, by whole bills. Grain: pair x measure x outcome.
select
    pair,
    measure,
    outcome_code,
    sum(bill_count) as bill_count,
    sum(tax_amount) as tax_amount,
    sum(agency_amount) as agency_amount,
    sum(difference) as difference
from rec_summary
where
    insurance_code = '*'
    and ($period is null or period = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
group by pair, measure, outcome_code
order by pair, measure, outcome_code

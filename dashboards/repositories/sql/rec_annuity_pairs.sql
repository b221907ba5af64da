-- Annuity: bills, clearing centre and bank against each other in a month. Grain: pair.
select
    pair,
    null as department_code,
    sum(case when outcome_code = 1 then case_count else 0 end) as equal_count,
    sum(case when outcome_code = 0 then case_count else 0 end) as in_transit_count,
    sum(case when outcome_code between 2 and 6 then case_count else 0 end) as break_count,
    sum(case when outcome_code = 7 then case_count else 0 end) as failed_count,
    sum(tax_amount) as tax_amount,
    sum(agency_amount) as agency_amount,
    sum(difference) as difference
from rec_annuity_summary
where
    ($period is null or month = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
group by pair
order by pair

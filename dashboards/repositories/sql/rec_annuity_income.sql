-- Annuity income that tax confirmed, by month or by agency of one month. Grain: month, or agency.
select
    case when $by_agency then agency_code else month end as code,
    sum(ticket_count) as ticket_count,
    sum(employer_amount) as employer_amount,
    sum(person_amount) as person_amount,
    sum(late_fee_amount) as late_fee_amount,
    sum(interest_amount) as interest_amount,
    sum(total_amount) as total_amount
from rec_annuity_income
where
    ($bureau_code is null or bureau_code = $bureau_code)
    and case when $by_agency then month = $period else month <= $period end
group by code
order by
    case when $by_agency then sum(total_amount) end desc,
    code desc
limit 24

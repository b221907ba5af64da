-- Settled by the treasury in a month, by the agency that assessed it. Grain: agency.
select
    agency_code,
    max(agency_name) as agency_name,
    sum(employer_count) as employer_count,
    sum(employer_amount) as employer_amount,
    sum(person_count) as person_count,
    sum(person_amount) as person_amount,
    sum(settled_amount) as settled_amount,
    sum(refund_count) as refund_count,
    sum(refund_amount) as refund_amount,
    sum(net_amount) as net_amount
from rec_treasury_agency
where
    ($period is null or month = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
group by agency_code
order by settled_amount desc, agency_code

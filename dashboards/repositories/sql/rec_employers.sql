-- Employers whose sums of the two sides differ, largest difference first. Grain: registration x item x agency.
select
    e.*,
    count(*) over () as total
from rec_employer_item as e
where
    pair = $pair
    and ($period is null or period = $period)
    and not is_equal
order by
    abs(coalesce(tax_bill_amount, 0) - coalesce(agency_bill_amount, 0)) desc,
    registration_key,
    insurance_code
limit $page_size
offset $page_offset

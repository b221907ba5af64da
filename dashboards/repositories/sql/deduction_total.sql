-- How many of the waiting items a filter holds, filters as in deduction_page. Grain: one row.
select count(*) as total
from mtr_deduction_gate
where
    ($bureau_code is null or bureau_code = $bureau_code)
    and ($insurance_code is null or insurance_code = $insurance_code)
    and case when $verdict is null then verdict <> 'go' else verdict = $verdict end
    and ($reason_code is null or reason_code = $reason_code)
    and (
        $search is null
        or contains(lower(coalesce(person_no, '')), $search)
        or contains(lower(coalesce(item_no, '')), $search)
        or contains(lower(coalesce(deduction_batch_no, '')), $search)
    )

-- One page of breaks, oldest or largest difference first. Grain: pair x measure x bill x insurance item.
select
    left(sha256(rule_id || '|' || subject_key), 16) as finding_id,
    unit_name,
    bill_key,
    insurance_code,
    agency_code,
    bureau_code,
    period,
    outcome_code,
    outcome,
    cause_code,
    cause,
    insurance_name,
    tax_amount,
    agency_amount,
    difference,
    tax_date,
    agency_date,
    age_workdays,
    evidence
from rec_break
where
    is_counted
    and pair = $pair
    and measure = $measure
    and ($period is null or period = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
    and ($outcome_code is null or outcome_code = $outcome_code)
    and ($cause_code is null or cause_code = $cause_code)
    and (
        $search is null
        or contains(lower(coalesce(unit_name, '')), $search)
        or contains(lower(coalesce(bill_key, '')), $search)
        or contains(lower(coalesce(evidence, '')), $search)
    )
order by
    case when $sort = 'age' then age_workdays end desc nulls last,
    abs(difference) desc,
    bill_key,
    insurance_code
limit $page_size
offset $page_offset

-- One page of a rule's findings. Grain: finding.
select
    finding_id,
    unit_name,
    subject_key,
    bureau_code,
    town_code,
    insurance_code,
    period,
    amount,
    reason_code,
    since_date,
    age_workdays,
    state,
    first_seen,
    evidence
from finding
where
    rule_id = $rule_id
    and ($state is null or state = $state or ($state = 'open' and state <> 'resolved'))
    and ($bureau_code is null or bureau_code = $bureau_code)
    and ($reason_code is null or reason_code = $reason_code)
    and ($min_age is null or age_workdays >= $min_age)
    and ($max_age is null or age_workdays <= $max_age)
    and (
        $search is null
        or contains(lower(coalesce(unit_name, '')), $search)
        or contains(lower(subject_key), $search)
        or contains(lower(coalesce(evidence, '')), $search)
    )
order by
    case when $sort = 'amount' then amount end desc nulls last,
    case when $sort = 'age' then age_workdays end desc nulls last,
    case when $sort = 'new' then first_seen end desc nulls last,
    finding_id
limit $page_size
offset $page_offset

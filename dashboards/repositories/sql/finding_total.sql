-- How many findings a filter holds and how old they are, asked before any is loaded. Grain: one row.
select
    count(*) as total,
    sum(amount) as amount,
    max(age_workdays) as oldest_workdays,
    count(case when age_workdays > $long_workdays then 1 end) as old_count
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

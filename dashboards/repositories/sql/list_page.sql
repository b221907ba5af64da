-- One page of a rule's own table, with the finding behind each row where it has one. Grain: row of the rule.
select
    listed.*,
    f.finding_id
from {table} as listed
left join finding as f on listed.rule_id = f.rule_id and listed.subject_key = f.subject_key
where
    ($bureau_code is null or listed.bureau_code = $bureau_code)
    and ($period is null or listed.period = $period)
    and ($reason_code is null or listed.reason_code = $reason_code)
    and (
        $search is null
        or contains(lower(listed.subject_key), $search)
        or contains(lower(coalesce(listed.evidence, '')), $search)
    )
order by
    case when $sort = 'amount' then listed.amount end desc nulls last,
    case when $sort = 'age' then listed.age_workdays end desc nulls last,
    case when $sort = 'period' then listed.period end desc nulls last,
    listed.bureau_code nulls last,
    listed.period desc nulls last,
    listed.subject_key
limit $page_size
offset $page_offset

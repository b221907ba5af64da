-- How many rows of a rule's own table a filter holds, asked before any is loaded. Grain: one row.
select
    count(*) as total,
    sum(listed.amount) as amount
from {table} as listed
where
    ($bureau_code is null or listed.bureau_code = $bureau_code)
    and ($period is null or listed.period = $period)
    and ($reason_code is null or listed.reason_code = $reason_code)
    and (
        $search is null
        or contains(lower(listed.subject_key), $search)
        or contains(lower(coalesce(listed.evidence, '')), $search)
    )

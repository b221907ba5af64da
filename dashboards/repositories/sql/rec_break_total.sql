-- How many breaks a filter holds, by cause. Grain: cause.
select
    outcome_code,
    cause_code,
    max(cause) as cause,
    count(*) as break_count,
    sum(abs(difference)) as difference
from rec_break
where
    is_counted
    and pair = $pair
    and measure = $measure
    and ($period is null or period = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
    and (
        $search is null
        or contains(lower(coalesce(unit_name, '')), $search)
        or contains(lower(coalesce(bill_key, '')), $search)
        or contains(lower(coalesce(evidence, '')), $search)
    )
group by outcome_code, cause_code
order by break_count desc, cause_code

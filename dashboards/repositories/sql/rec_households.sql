-- Virtual households' tickets and how their details of persons were matched. Grain: conclusion.
select
    match_code,
    max(match_name) as match_name,
    count(*) as payment_count,
    sum(amount) as amount,
    sum(difference) as difference,
    count(case when is_count_different then 1 end) as count_differs
from rec_household_match
where
    ($period is null or period = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
group by match_code
order by match_code

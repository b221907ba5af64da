-- Open breaks and those past their expected clearing day. Grain: pair.
select
    pair,
    count(*) as open_count,
    sum(abs(difference)) as open_amount,
    count(case when is_overdue then 1 end) as overdue_count,
    sum(case when is_overdue then abs(difference) else 0 end) as overdue_amount,
    min(expected_clear_date) as earliest_clear_date,
    max(age_workdays) as oldest_workdays
from rec_all_break
where
    is_counted
    and ($bureau_code is null or bureau_code = $bureau_code)
group by pair
order by overdue_amount desc, pair

-- Breaks from day to day, newest first. Grain: business day.
select
    as_of,
    sum(opening_count) as opening_count,
    sum(opening_amount) as opening_amount,
    sum(new_count) as new_count,
    sum(new_amount) as new_amount,
    sum(changed_amount) as changed_amount,
    sum(cleared_count) as cleared_count,
    sum(cleared_amount) as cleared_amount,
    sum(closing_count) as closing_count,
    sum(closing_amount) as closing_amount
from break_movement
where
    ($bureau_code is null or bureau_code = $bureau_code)
    and ($rule_id is null or rule_id = $rule_id)
group by as_of
order by as_of desc
limit 31

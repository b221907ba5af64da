-- What moved on the newest business day, by list of breaks. Grain: list.
select
    rule_id,
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
    as_of = (select max(as_of) from break_movement)
    and ($bureau_code is null or bureau_code = $bureau_code)
group by rule_id
order by closing_amount desc, rule_id

-- What moved on the newest business day, by bureau, agency, insurance item or list of breaks. Grain: value of the dimension.
select
    case $dimension
        when 'insurance' then insurance_code when 'agency' then agency_code when 'list' then rule_id else bureau_code
    end as code,
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
    and ($rule_id is null or rule_id = $rule_id)
group by code
order by closing_amount desc, code

-- Rows of the lists that have no findings, by rule. Grain: rule.
select
    rule_id,
    sum(row_count) as row_count,
    sum(amount) as amount
from list_count
where ($bureau_code is null or bureau_code = $bureau_code) and ($town_code is null or town_code = $town_code)
group by rule_id

-- The catalogue of rules. Grain: rule.
select *
from rule
order by rule_id

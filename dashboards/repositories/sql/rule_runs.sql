-- Whether each rule was proven run on the business date. Grain: rule.
select *
from ops_rule_run
where as_of = $as_of::date
order by case status when 'not_checked' then 0 else 1 end, rule_id

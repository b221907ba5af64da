-- Findings by rule: unresolved (also those whose rule was not checked) and since when, new on the day, resolved on the day. Grain: rule.
select
    rule_id,
    sum(case when state <> 'resolved' then finding_count else 0 end) as open_count,
    sum(case when state <> 'resolved' then amount else 0 end) as open_amount,
    sum(case when state = 'not_checked' then finding_count else 0 end) as not_checked_count,
    sum(case when first_seen = $as_of::date then finding_count else 0 end) as new_count,
    sum(case when state = 'resolved' and resolved_on = $as_of::date then finding_count else 0 end) as resolved_today,
    sum(case when state = 'resolved' then finding_count else 0 end) as resolved_count,
    min(case when state <> 'resolved' then first_seen end) as oldest_seen
from agg_finding
where ($bureau_code is null or bureau_code = $bureau_code) and ($town_code is null or town_code = $town_code)
group by rule_id

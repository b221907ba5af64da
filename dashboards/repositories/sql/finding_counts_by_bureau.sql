-- Open findings by bureau. Grain: bureau.
select
    bureau_code,
    sum(case when state <> 'resolved' then finding_count else 0 end) as open_count,
    sum(case when first_seen = $as_of::date then finding_count else 0 end) as new_count
from agg_finding
where ($rule_id is null or rule_id = $rule_id)
group by bureau_code

-- Open findings of some rules by reason, the commonest first. Grain: rule x reason.
select
    rule_id,
    reason_code,
    count(*) as finding_count,
    cast(sum(amount) as decimal(18, 2)) as amount
from finding
where
    rule_id in (select unnest(cast($rule_ids as varchar[])))
    and state <> 'resolved'
    and ($bureau_code is null or bureau_code = $bureau_code)
group by rule_id, reason_code
order by rule_id, finding_count desc, reason_code

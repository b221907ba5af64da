-- Causes of a rule's findings in one state, with what they amount to. Grain: reason.
select
    reason_code,
    count(*) as finding_count,
    sum(amount) as amount
from finding
where
    rule_id = $rule_id
    and ($state is null or state = $state or ($state = 'open' and state <> 'resolved'))
    and ($bureau_code is null or bureau_code = $bureau_code)
group by reason_code

-- Reasons of a rule's findings in one state. Grain: reason.
select
    reason_code,
    count(*) as finding_count
from finding
where rule_id = $rule_id and ($state is null or state = $state or ($state = 'open' and state <> 'resolved'))
group by reason_code
order by finding_count desc, reason_code

-- What happened to one finding. Grain: event.
select
    as_of,
    event,
    detail
from finding_event
where rule_id = $rule_id and subject_key = $subject_key
order by as_of desc, event

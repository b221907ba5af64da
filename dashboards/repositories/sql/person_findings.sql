-- Open findings of the records of one person, whose keys are given. Grain: finding.
select
    finding_id,
    rule_id,
    subject_type,
    subject_key,
    insurance_code,
    amount,
    reason_code,
    since_date,
    age_workdays,
    state,
    evidence
from finding
where state <> 'resolved' and subject_key in (select unnest(cast($subject_keys as varchar[])))
order by since_date nulls last, rule_id, finding_id

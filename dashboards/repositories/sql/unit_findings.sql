-- Open findings of an employer: of its registrations, its taxpayers, or their bills. Grain: finding.
select
    finding_id,
    rule_id,
    subject_type,
    subject_key,
    insurance_code,
    period,
    amount,
    reason_code,
    since_date,
    age_workdays,
    state,
    evidence
from finding
where
    state <> 'resolved'
    and (
        registration_key in (select unnest(cast($registration_keys as varchar[])))
        or taxpayer_key in (select unnest(cast($taxpayer_keys as varchar[])))
    )
order by since_date nulls last, rule_id, finding_id
limit 200

-- Open findings under one key of an employer, of a registration or a taxpayer: its own, and those of its bills. Grain: finding.
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
from finding_by_key
where
    owner_key = $owner_key
    -- A document may bear the same number as a taxpayer.
    and (registration_key = $owner_key or taxpayer_key = $owner_key)
order by since_date nulls last, rule_id, finding_id
limit $most

-- Differences of an employer's bills between tax and departments, whole bills only, dearest first. Grain: break.
select
    subject_key,
    pair,
    measure,
    bill_key,
    period,
    outcome_code,
    cause_code,
    tax_amount,
    agency_amount,
    difference,
    age_workdays,
    evidence
from rec_break
where registration_key in (select unnest(cast($registration_keys as varchar[]))) and insurance_code = '*'
order by abs(coalesce(difference, 0)) desc, subject_key
limit 200

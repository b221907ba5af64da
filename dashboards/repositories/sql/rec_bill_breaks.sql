-- Every break of one bill, in the order of the chain. Grain: break.
select
    left(sha256(rule_id || '|' || subject_key), 16) as finding_id,
    pair,
    measure,
    insurance_code,
    insurance_name,
    cause,
    tax_amount,
    agency_amount,
    difference,
    is_overdue
from rec_all_break
where bill_key = $bill_key
order by pair, measure, insurance_code, subject_key

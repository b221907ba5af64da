-- Only what differs is written: where both sides agree (outcome 1) or neither succeeded (7) there is no difference; a break that names a difference of amounts (2) has one,
-- unless one side records no amount at all or the two name different agencies.
select
    pair,
    measure,
    bill_key,
    insurance_code,
    outcome_code,
    difference
from {{ ref('rec_measured') }}
where
    (outcome_code in (1, 7) and difference <> 0)
    or (
        outcome_code = 2
        and difference = 0
        and cause_code <> 'wrong_agency'
        and tax_recorded_amount is not null
        and agency_recorded_amount is not null
    )

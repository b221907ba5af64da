-- One person's items of batch deductions, newest first. Read by look-ups only. Grain: item.
select
    item_no,
    fee_registration_no,
    insurance_code,
    fee_year,
    deduction_batch_no,
    agreement_key,
    amount,
    generated_date,
    submitted_date,
    returned_date,
    return_code,
    reason_class,
    is_success,
    is_voided
from fct_person_deduction
order by generated_date desc nulls last, item_no

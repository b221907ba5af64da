-- Items of batch deductions of an employer, newest first. Grain: item.
select
    batch_item_key,
    bill_key,
    agreement_key,
    batch_month,
    amount,
    sent_date,
    returned_date,
    return_code,
    reason_class,
    is_success,
    is_returned
from fct_deduction
where registration_key in (select unnest(cast($registration_keys as varchar[])))
order by sent_date desc nulls last, batch_item_key
limit 100

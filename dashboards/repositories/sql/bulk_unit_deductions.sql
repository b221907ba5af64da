-- The newest item of a batch deduction of each registration, and how many of its items failed. Grain: registration.
select
    registration_key,
    sent_date,
    amount,
    is_returned,
    is_success,
    reason_class,
    count(*) filter (where is_returned and not is_success) over (partition by registration_key) as failed_count
from fct_deduction
where registration_key in (select unnest(cast($registration_keys as varchar[])))
qualify row_number() over (partition by registration_key order by sent_date desc nulls last, batch_item_key desc) = 1
order by registration_key

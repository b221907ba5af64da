-- Bills of one registration from a period on; those of several are put in order together. Grain: bill.
select
    bill_key,
    department_code,
    period,
    notice_serial,
    origin_code,
    channel_code,
    stage_code,
    is_valid,
    amount,
    declared_amount,
    invoiced_amount,
    collected_amount,
    settled_amount,
    returned_amount,
    posted_amount,
    sent_at,
    last_collected_date,
    last_settled_date
from fct_bill
where
    registration_key = $registration_key
    and period >= $first_period

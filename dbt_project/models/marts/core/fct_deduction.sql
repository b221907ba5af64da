-- Items of batch deductions of employers and the bank's answers. Grain: batch_item_key.
select
    item.batch_item_key,
    item.registration_key,
    item.bill_key,
    item.ticket_no,
    item.agreement_key,
    bill.bureau_code,
    item.batch_month,
    item.amount,
    cast(item.sent_at as date) as sent_date,
    cast(item.returned_at as date) as returned_date,
    item.return_code,
    item.reason_class,
    item.is_success,
    item.is_returned
from {{ ref('int_batch_item') }} as item
left join {{ ref('int_bill') }} as bill on item.bill_key = bill.bill_key

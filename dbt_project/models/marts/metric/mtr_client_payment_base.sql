-- Payments in the client and at the counter, and vouchers for bank-side query that the counter issued, day by day. Grain: kind × record. Internal.
select
    payments.record_kind,
    payments.record_no,
    payments.paid_date as day,
    payments.bill_key,
    bills.registration_key,
    bills.bureau_code,
    bills.town_code,
    bills.department_code,
    bills.unit_type_code,
    payments.place_code,
    payments.channel_code,
    payments.record_kind = 'payment' as is_payment,
    payments.record_kind = 'payment' and coalesce(payments.place_code in ('2', '3'), false) as is_client,
    payments.record_kind = 'payment'
    and coalesce(payments.place_code in ('2', '3'), false)
    and coalesce(payments.channel_code = '3', false) as is_client_query,
    payments.record_kind = 'voucher' as is_counter_voucher,
    payments.amount
from {{ ref('int_client_payment') }} as payments
left join {{ ref('int_bill') }} as bills on payments.bill_key = bills.bill_key

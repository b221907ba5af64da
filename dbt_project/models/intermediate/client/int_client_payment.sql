-- Payments that succeeded in the client or at the counter, and vouchers for bank-side query that the counter issued. Grain: kind × record number.
with payments as (

    select
        'payment' as record_kind,
        payment_no as record_no,
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        place_code,
        channel_code,
        amount,
        cast(coalesce(finished_at, operated_at) as date) as paid_date
    from {{ ref('stg_tax_client__payment') }}
    where status_code = '1'
    union all
    select
        'voucher' as record_kind,
        request_no as record_no,
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        issue_channel_code as place_code,
        '3' as channel_code,
        amount,
        cast(requested_at as date) as paid_date
    from {{ ref('stg_tax_bank__query_voucher') }}
    where result_code = '1' and issue_channel_code = '1'

)

select
    record_kind,
    record_no,
    bill_key,
    place_code,
    channel_code,
    {{ decimal18('amount') }} as amount,
    paid_date
from payments
where record_no is not null

-- Batch deductions (批量扣款) one by one, with the class of the bank's answer: by return code first, then by the words of its text.
-- Grain: batch_item_key (扣款序号).
with deductions as (

    select
        *,
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key
    from {{ ref('stg_tax_levy__deduction') }}
    where deduction_type_code = '2'

),

return_codes as (

    select * from {{ ref('ref_bank_return_code') }}

),

fee_registrations as (

    select
        fee_registration_no,
        registration_key,
        taxpayer_key
    from {{ ref('int_fee_registration') }}

),

bills as (

    select
        bill_key,
        registration_key,
        taxpayer_key
    from {{ ref('int_bill') }}

)

select
    deductions.deduction_no as batch_item_key,
    deductions.ticket_no,
    deductions.bill_key,
    coalesce(fee_registrations.registration_key, bills.registration_key) as registration_key,
    coalesce(deductions.taxpayer_key, fee_registrations.taxpayer_key, bills.taxpayer_key) as taxpayer_key,
    deductions.agreement_key,
    {{ to_period('deductions.sent_at') }} as batch_month,
    deductions.sent_at,
    deductions.returned_at,
    {{ decimal18('deductions.amount') }} as amount,
    deductions.return_code,
    deductions.return_text,
    {{ bank_reason_class('deductions.return_code', 'deductions.return_text', 'return_codes.reason_class') }} as reason_class,
    coalesce(deductions.return_code = '{{ bank_success_code() }}', false) as is_success,
    deductions.return_code is not null as is_returned
from deductions
left join return_codes on deductions.return_code = return_codes.return_code
left join fee_registrations on deductions.fee_registration_no = fee_registrations.fee_registration_no
left join bills on deductions.bill_key = bills.bill_key

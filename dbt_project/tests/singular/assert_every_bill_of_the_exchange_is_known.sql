-- Every bill that a department or the support platform holds is one row of int_bill, whichever side alone knows it. No tolerance.
with exchange_bills as (

    select {{ key_of(["'HRSS'", 'notice_serial', 'batch_no']) }} as bill_key from {{ ref('stg_hrss__bill') }}
    union
    select {{ key_of(["'NHSA'", 'notice_serial', 'batch_no']) }} as bill_key from {{ ref('stg_nhsa__bill') }}
    union
    select {{ key_of(["'HRSS'", 'notice_serial', 'batch_no']) }} as bill_key from {{ ref('stg_hrss__bill_item') }}
    union
    select {{ key_of(["'NHSA'", 'notice_serial', 'batch_no']) }} as bill_key from {{ ref('stg_nhsa__bill_item') }}
    union
    select {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key from {{ ref('stg_tax_support__bill') }}

)

select exchange_bills.bill_key
from exchange_bills
left join {{ ref('int_bill') }} as bills on exchange_bills.bill_key = bills.bill_key
where bills.bill_key is null

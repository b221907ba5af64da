-- A bill on its way between the platforms: when the sharing platform had it, and the newest of what the front database says of it. Grain: bill_key.
with shared_messages as (

    select
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        min(received_at) as shared_at
    from {{ ref('stg_tax_sharing__bill_message') }}
    where department_code is not null and notice_serial is not null and batch_no is not null
    group by department_code, notice_serial, batch_no

),

front_bills as (

    select
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        received_at,
        state_code,
        processed_at,
        fail_reason
    from {{ ref('stg_tax_mgmt__front_bill') }}
    where department_code is not null and notice_serial is not null and batch_no is not null
    qualify
        row_number() over (
            partition by department_code, notice_serial, batch_no
            order by received_at desc nulls last, front_no desc
        ) = 1

)

select
    coalesce(shared_messages.bill_key, front_bills.bill_key) as bill_key,
    shared_messages.shared_at,
    front_bills.received_at as front_received_at,
    front_bills.state_code as front_state_code,
    front_bills.processed_at as front_processed_at,
    front_bills.fail_reason as front_fail_reason
from shared_messages
full outer join front_bills on shared_messages.bill_key = front_bills.bill_key

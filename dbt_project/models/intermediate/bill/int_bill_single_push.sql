-- Bills that a clerk pushed singly, with the last try. Grain: bill_key.
with tries as (

    select
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        push_no,
        pushed_at,
        result_code,
        fail_reason
    from {{ ref('stg_tax_registry__single_push') }}
    where department_code is not null and notice_serial is not null and batch_no is not null

),

counted as (

    select
        tries.*,
        count(*) over (partition by bill_key) as try_count,
        min(pushed_at) over (partition by bill_key) as first_pushed_at
    from tries

)

select
    bill_key,
    pushed_at,
    result_code,
    fail_reason,
    try_count,
    first_pushed_at
from counted
qualify row_number() over (partition by bill_key order by pushed_at desc nulls last, push_no desc) = 1

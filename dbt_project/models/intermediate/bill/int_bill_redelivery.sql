-- Bills that were delivered to the front database anew (重新投递), with the last request and its outcome. Grain: bill_key.
with requests as (

    select
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        redelivery_no,
        requested_at,
        delivered_at,
        result_code,
        fail_reason
    from {{ ref('stg_tax_registry__redelivery') }}
    where department_code is not null and notice_serial is not null and batch_no is not null

),

counted as (

    select
        requests.*,
        count(*) over (partition by bill_key) as request_count
    from requests

)

select
    bill_key,
    requested_at,
    delivered_at,
    result_code,
    fail_reason,
    request_count
from counted
qualify row_number() over (partition by bill_key order by requested_at desc nulls last, redelivery_no desc) = 1

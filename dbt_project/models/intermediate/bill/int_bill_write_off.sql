-- Write-offs (核销) of bills that somebody started: passed on to the sharing platform, answered. Grain: bill_key.
with requests as (

    select
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        reason,
        started_at,
        shared_at,
        answered_at,
        state_code,
        fail_reason
    from {{ ref('stg_tax_registry__write_off') }}
    qualify
        row_number() over (
            partition by department_code, notice_serial, batch_no
            order by started_at desc nulls last, write_off_no desc
        ) = 1

),

marks as (

    select
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        write_off_at,
        is_voided
    from {{ ref('stg_tax_support__bill') }}
    where write_off_at is not null

)

select
    coalesce(requests.bill_key, marks.bill_key) as bill_key,
    requests.reason,
    coalesce(requests.started_at, marks.write_off_at) as started_at,
    requests.shared_at,
    requests.answered_at,
    coalesce(requests.state_code, '0') as state_code,
    requests.fail_reason,
    requests.bill_key is not null as has_request,
    coalesce(requests.state_code = '1', false) or coalesce(marks.is_voided, false) as is_done
from requests
full outer join marks on requests.bill_key = marks.bill_key

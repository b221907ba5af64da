-- Tickets to be paid by bank-side query (银行端查询缴款) whose last request for a voucher number failed. Grain: ticket_no.
with requests as (

    select
        request_no,
        ticket_no,
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        taxpayer_key,
        authority_code,
        issue_channel_code,
        voucher_no,
        amount,
        requested_at,
        result_code,
        failure_reason,
        paid_at,
        state_code,
        result_code = '2' or (voucher_no is null and result_code is distinct from '1') as is_failed,
        min(requested_at) over (partition by ticket_no) as first_requested_at,
        count(*) over (partition by ticket_no) as request_count
    from {{ ref('stg_tax_bank__query_voucher') }}
    where ticket_no is not null

),

last_requests as (

    select *
    from requests
    qualify row_number() over (partition by ticket_no order by requested_at desc nulls last, request_no desc) = 1

)

select
    ticket_no,
    bill_key,
    taxpayer_key,
    authority_code,
    issue_channel_code,
    amount,
    first_requested_at,
    requested_at,
    request_count,
    failure_reason
from last_requests
where is_failed and paid_at is null and state_code is distinct from '3'

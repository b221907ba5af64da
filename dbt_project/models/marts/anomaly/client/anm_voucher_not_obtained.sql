-- Bills to be paid by bank-side query whose voucher cannot be printed: the last request for a voucher number failed. Grain: bill.
with requests as (
    select *
    from {{ ref('int_voucher_request') }}
    where bill_key is not null
    qualify row_number() over (partition by bill_key order by requested_at desc nulls last, ticket_no desc) = 1
),

tickets as (
    select
        ticket_no,
        min(case when is_void then 1 else 0 end) = 1 as is_void,
        max(case when deduction_succeeded or remitted_amount is not null then 1 else 0 end) = 1 as is_paid
    from {{ ref('int_ticket_item') }}
    group by ticket_no
),

failed as (
    select
        bill.*,
        unit.unit_name,
        requests.ticket_no,
        requests.amount as voucher_amount,
        requests.issue_channel_code,
        requests.first_requested_at,
        requests.requested_at,
        requests.request_count,
        requests.failure_reason,
        case
            when tickets.ticket_no is null then 'ticket_missing'
            when requests.failure_reason like '%凭证号%' then 'number_not_obtained'
            when
                requests.failure_reason like '%超时%'
                or requests.failure_reason like '%通讯%'
                or requests.failure_reason like '%网络%' then 'treasury_timeout'
            else 'not_decided'
        end as reason_code
    from requests
    inner join {{ ref('int_bill') }} as bill on requests.bill_key = bill.bill_key
    left join tickets on requests.ticket_no = tickets.ticket_no
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
    where bill.is_valid and not coalesce(tickets.is_void, false) and not coalesce(tickets.is_paid, false)
)

select
    {{ finding_of(
        'A4.4.1', 'bill', alias='failed',
        reason='failed.reason_code',
        since='failed.first_requested_at',
        evidence="“{failed.unit_name}”{failed.period|month}的征集单（流水号{failed.notice_serial}）选择银行端查询缴款{failed.voucher_amount|money}元，
            自{failed.first_requested_at|date}起申请凭证{failed.request_count}次，最近一次未取得凭证号，无法打印：{case failed.reason_code
            when 'ticket_missing' then '金三未生成对应的缴款书'
            when 'number_not_obtained' then '获取凭证号信息失败'
            when 'treasury_timeout' then '与国库通讯超时'
            else '原因未能判定（返回“' || coalesce(failed.failure_reason, '空') || '”）' end|phrase}；重新取得凭证号、改用其他方式缴清或作废缴款书后解除。",
        values={'amount': 'failed.voucher_amount'},
    ) }},
    failed.unit_name,
    failed.notice_serial,
    failed.batch_no,
    failed.ticket_no,
    failed.issue_channel_code,
    failed.requested_at as last_requested_at,
    failed.request_count,
    failed.failure_reason
from failed

-- Valid bills that could not enter the subsystem because their registration has no bureau or no section, and whether the assignment has
-- been made since, so that the bill can be pushed again. What else the front database refuses is another rule's. Grain: bill.
with failed as (
    select
        bill.*,
        registration.unit_name,
        registration.section_code,
        registration.fee_bureau_code,
        case
            when bill.front_fail_reason like '%主管局%' or bill.front_fail_reason like '%主管税务%' or bill.front_fail_reason like '%管户%'
                then 'no_bureau'
            when
                bill.front_fail_reason like '%科所%' or bill.front_fail_reason like '%科室%' or bill.front_fail_reason like '%税务所%'
                then 'no_section'
            when bill.front_fail_reason is not null then null
            when registration.bureau_code is null then 'no_bureau'
            when registration.section_code is null then 'no_section'
            else 'not_decided'
        end as reason_code,
        coalesce(registration.bureau_code is not null and registration.section_code is not null, false) as is_assigned_now,
        coalesce(bill.front_processed_at, bill.front_received_at) as failed_at
    from {{ ref('int_bill') }} as bill
    left join {{ ref('int_registration') }} as registration on bill.registration_key = registration.registration_key
    where bill.front_state_code = '2' and bill.is_valid
)

select
    {{ finding_of(
        'B3.1', 'bill', alias='failed',
        reason='failed.reason_code',
        since='failed.failed_at',
        evidence='“{failed.unit_name}”{failed.period|month}的征集单{failed.notice_serial}（{failed.amount|money}元）于{failed.failed_at|date}
            进入子系统失败，返回原因：{failed.front_fail_reason}；'
            ~ "{case
                when failed.reason_code = 'not_decided' then '查明原因后重推'
                when failed.is_assigned_now then '主管局和科所已分配，可以重推'
                when failed.reason_code = 'no_bureau' then '先在金三重新分配主管局，再重推'
                else '先在金三重新分配科所，再重推'
            end|phrase}" ~ '，进入成功即解除。',
    ) }},
    failed.unit_no,
    failed.unit_name,
    failed.notice_serial,
    failed.batch_no,
    failed.front_fail_reason,
    failed.section_code,
    failed.is_assigned_now,
    case when failed.is_assigned_now then '已分配，待重推' else '待重新管户分配' end as handling
from failed
where failed.reason_code is not null

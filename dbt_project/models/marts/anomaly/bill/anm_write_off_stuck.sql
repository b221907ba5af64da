-- Bills whose write-off was started and which are not voided within the agreed time. A bill that its department voided or withdrew waits too: tax
-- still holds it. Grain: bill.
{% set delay = var('a3_05_delay', 2) %}
with stuck as (
    select
        bill.*,
        unit.unit_name,
        write_offs.reason as write_off_reason,
        write_offs.started_at,
        write_offs.shared_at as write_off_shared_at,
        write_offs.answered_at,
        write_offs.fail_reason,
        case
            when write_offs.state_code = '2' then 'refused'
            when write_offs.has_request and write_offs.shared_at is null then 'not_shared'
            else 'no_answer'
        end as reason_code
    from {{ ref('int_bill_write_off') }} as write_offs
    inner join {{ ref('int_bill') }} as bill on write_offs.bill_key = bill.bill_key
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
    where
        not write_offs.is_done
        and not bill.is_tax_voided
        and {{ past_delay('write_offs.started_at', delay) }}
)

select
    {{ finding_of(
        'A3.05', 'bill', alias='stuck',
        reason='stuck.reason_code',
        since='stuck.started_at',
        evidence="“{stuck.unit_name}”{stuck.period|month}的征集单（流水号{stuck.notice_serial}、批次{stuck.batch_no}、{stuck.amount|money}元）
            于{stuck.started_at|date}发起核销（{stuck.write_off_reason}），至今未作废：{case stuck.reason_code
            when 'refused' then '核心处理未成功，返回“' || coalesce(stuck.fail_reason, '未注明') || '”'
            when 'not_shared' then '核销信息未推送到共享平台'
            else '共享平台已接收核销信息，子系统核心未反馈结果' end|phrase}；作废成功后解除。",
    ) }},
    stuck.unit_name,
    stuck.notice_serial,
    stuck.batch_no,
    stuck.write_off_reason,
    stuck.started_at as write_off_at,
    stuck.write_off_shared_at,
    stuck.answered_at,
    stuck.fail_reason,
    stuck.is_agency_voided,
    stuck.is_withdrawn
from stuck

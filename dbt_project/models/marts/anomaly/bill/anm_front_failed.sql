-- Valid bills that the front database could not process: the decided cause out of association, individual part, employer part, section; and what
-- became of a redelivery. Grain: bill.
with failed as (
    select
        bill.*,
        tie.unit_name,
        tie.is_associated,
        tie.section_code,
        gaps.missing_parts,
        redeliveries.requested_at as redelivered_at,
        redeliveries.result_code as redelivery_result_code,
        redeliveries.fail_reason as redelivery_fail_reason,
        coalesce(redeliveries.request_count, 0) as redelivery_count,
        case
            when not coalesce(tie.is_associated, false) or bill.front_fail_reason like '%未关联%' then 'not_associated'
            when coalesce(gaps.is_person_part_missing, false) or bill.front_fail_reason like '%个人缴纳%' then 'person_part'
            when
                coalesce(gaps.is_unit_part_missing, false)
                or bill.front_fail_reason like '%单位缴纳%'
                or bill.front_fail_reason like '%会统%' then 'unit_part_setup'
            when
                coalesce(tie.is_section_missing, false)
                or bill.front_fail_reason like '%科所%'
                or bill.front_fail_reason like '%科室%'
                or bill.front_fail_reason like '%税务所%' then 'section_missing'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_bill') }} as bill
    left join {{ ref('int_registration_tie') }} as tie on bill.registration_key = tie.registration_key
    left join {{ ref('int_bill_setup_gap') }} as gaps on bill.bill_key = gaps.bill_key
    left join {{ ref('int_bill_redelivery') }} as redeliveries on bill.bill_key = redeliveries.bill_key
    where
        bill.is_valid
        and bill.front_state_code = '2'
        and bill.declared_at is null
        -- a delivery anew that succeeded after the failure has healed it
        and not coalesce(
            redeliveries.result_code = '1'
            and redeliveries.delivered_at >= coalesce(bill.front_processed_at, bill.front_received_at),
            false
        )
)

select
    {{ finding_of(
        'A3.04', 'bill', alias='failed',
        reason='failed.reason_code',
        since='coalesce(failed.front_processed_at, failed.front_received_at)',
        evidence="“{failed.unit_name}”{failed.period|month}的征集单（流水号{failed.notice_serial}、批次{failed.batch_no}、{failed.amount|money}元）
            于{coalesce(failed.front_processed_at, failed.front_received_at)|date}在前置库处理失败，返回“{failed.front_fail_reason}”；查得{case failed.reason_code
            when 'not_associated' then case when coalesce(failed.is_associated, false) then '处理时户籍未关联（现已关联）' else '户籍现未关联税务主体' end
            when 'person_part' then '个人缴纳部分会统配置缺失（' || coalesce(failed.missing_parts, '按返回原因') || '）'
            when 'unit_part_setup' then '单位缴纳部分会统配置缺失（' || coalesce(failed.missing_parts, '按返回原因') || '）'
            when 'section_missing' then case when failed.section_code is null then '户籍未分配科所' else '处理时未分配科所（现已分配）' end
            else '关联、会统配置、科所均正常，原因未能判定' end|phrase}；{case
            when failed.redelivery_count > 0 and failed.redelivery_result_code = '2' then '已重新投递' || failed.redelivery_count || '次仍失败；'
            when failed.redelivery_count > 0 then '已申请重新投递，结果未返回；'
            else '尚未重新投递；' end|phrase}排除原因并重新投递成功后解除。",
    ) }},
    failed.unit_name,
    failed.notice_serial,
    failed.batch_no,
    failed.front_processed_at,
    failed.front_fail_reason,
    coalesce(failed.is_associated, false) as is_associated,
    failed.missing_parts,
    failed.section_code,
    failed.redelivery_count,
    failed.redelivered_at,
    failed.redelivery_result_code,
    failed.redelivery_fail_reason
from failed

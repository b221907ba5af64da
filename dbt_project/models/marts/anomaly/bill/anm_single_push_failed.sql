-- Valid bills whose last single push failed and which have not gone on since: the decided cause out of association, its copy on the support
-- platform, a change of it, the section. Grain: bill.
with failed as (
    select
        bill.*,
        tie.unit_name,
        tie.is_associated,
        tie.associated_at,
        tie.copy_synced_at,
        tie.section_code,
        pushes.pushed_at as single_pushed_at,
        pushes.fail_reason,
        pushes.try_count,
        case
            when not coalesce(tie.is_associated, false) or pushes.fail_reason like '%未关联%' then 'not_associated'
            -- what the push itself was told
            when pushes.fail_reason like '%未同步%' then 'association_not_synced'
            when pushes.fail_reason like '%关联%变更%' or pushes.fail_reason like '%变更%关联%' then 'association_changed'
            when
                pushes.fail_reason like '%科所%'
                or pushes.fail_reason like '%科室%'
                or pushes.fail_reason like '%税务所%' then 'section_missing'
            -- it was told nothing of use: the present state
            when tie.is_copy_missing then 'association_not_synced'
            when tie.is_copy_outdated then 'association_changed'
            when tie.is_section_missing then 'section_missing'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_bill_single_push') }} as pushes
    inner join {{ ref('int_bill') }} as bill on pushes.bill_key = bill.bill_key
    left join {{ ref('int_registration_tie') }} as tie on bill.registration_key = tie.registration_key
    where
        pushes.result_code = '2'
        and bill.is_valid
        and bill.declared_at is null
        and not coalesce(bill.front_state_code = '1', false)
        and not coalesce(bill.pushed_at > pushes.pushed_at, false)
)

select
    {{ finding_of(
        'A3.06', 'bill', alias='failed',
        reason='failed.reason_code',
        since='failed.single_pushed_at',
        evidence="“{failed.unit_name}”{failed.period|month}的征集单（流水号{failed.notice_serial}、批次{failed.batch_no}、{failed.amount|money}元）
            单笔推送{failed.try_count}次，最近一次于{failed.single_pushed_at|date}失败，返回“{failed.fail_reason}”；查得{case failed.reason_code
            when 'not_associated' then case when coalesce(failed.is_associated, false) then '推送时户籍未关联（现已关联）' else '户籍现未关联税务主体' end
            when 'association_not_synced' then '户籍已关联，关联信息未同步至支撑平台'
            when 'association_changed' then '户籍关联已变更，支撑平台仍为原关联信息'
            when 'section_missing' then case when failed.section_code is null then '户籍未分配科所' else '推送时未分配科所（现已分配）' end
            else '关联、同步、科所均正常，原因未能判定' end|phrase}；更新户籍基础信息、核验无误后推送成功即解除。",
    ) }},
    failed.unit_name,
    failed.notice_serial,
    failed.batch_no,
    failed.single_pushed_at,
    failed.fail_reason,
    failed.try_count,
    coalesce(failed.is_associated, false) as is_associated,
    failed.associated_at,
    failed.copy_synced_at,
    failed.section_code
from failed

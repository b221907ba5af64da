-- Valid bills for construction projects that tax has received and not pushed within the agreed time: the decided cause out of district, association
-- of the project's registration, project flag. Grain: bill.
{% set delay = var('a4_8_delay', 1) %}
with waiting as (
    select
        bill.*,
        tie.unit_name,
        coalesce(tie.is_associated, false) as is_associated,
        projects.project_no,
        projects.district_code as project_district_code,
        projects.is_summary_project,
        projects.line_count,
        projects.project_line_count,
        checks.reason as intercept_reason,
        case
            when projects.has_project_info and not projects.is_district_known then 'district_unknown'
            when not coalesce(tie.is_associated, false) then 'not_associated'
            when projects.is_flag_different then 'flag_differs'
            when not projects.has_project_info then 'district_unknown'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_bill_project') }} as projects
    inner join {{ ref('int_bill') }} as bill on projects.bill_key = bill.bill_key
    left join {{ ref('int_registration_tie') }} as tie on bill.registration_key = tie.registration_key
    left join {{ ref('int_bill_check') }} as checks on bill.bill_key = checks.bill_key
    where
        bill.is_valid
        and bill.has_tax
        and bill.pushed_at is null
        and bill.front_received_at is null
        and bill.declared_at is null
        and {{ past_delay('bill.support_received_at', delay) }}
)

select
    {{ finding_of(
        'A4.8', 'bill', alias='waiting',
        reason='waiting.reason_code',
        since='waiting.support_received_at',
        evidence="“{waiting.unit_name}”{waiting.period|month}的工程项目征集单（流水号{waiting.notice_serial}、批次{waiting.batch_no}、{waiting.amount|money}元，
            项目编号{waiting.project_no}）于{waiting.support_received_at|date}接收后未能推送：{case waiting.reason_code
            when 'district_unknown' then '行政区划代码“' || coalesce(waiting.project_district_code, '空') || '”不在工程项目配置信息表'
            when 'not_associated' then '工程项目户籍未关联税务主体'
            when 'flag_differs' then '汇总表工程项目标志为' || case when waiting.is_summary_project then '是' else '否' end
                || '，处理表' || waiting.line_count || '行中有' || waiting.project_line_count || '行为是，两表不一致'
            else '区划、关联、标志均正常，原因未能判定（校验结果：' || coalesce(waiting.intercept_reason, '无') || '）' end|phrase}；更正后推送成功即解除。",
    ) }},
    waiting.unit_name,
    waiting.notice_serial,
    waiting.batch_no,
    waiting.project_no,
    waiting.project_district_code,
    waiting.is_associated,
    waiting.is_summary_project,
    waiting.line_count,
    waiting.project_line_count,
    waiting.support_received_at
from waiting

-- Bills whose declaration the client refused and which are not declared since: the decided cause out of changed association, merged file, missing
-- industry, missing section. Grain: bill.
with refused as (
    select
        bill.*,
        tie.unit_name,
        tie.associated_at,
        tie.merged_at,
        tie.section_code,
        tries.refused_at,
        tries.failure_code,
        tries.failure_text,
        case
            when
                tries.failure_code = '01'
                or tries.failure_text like '%关联%变更%'
                or tries.failure_text like '%变更%关联%'
                or (coalesce(tie.is_tied_anew, false) and tie.associated_at > bill.support_received_at)
                or coalesce(tries.fee_registration_no <> tie.fee_registration_no, false) then 'association_changed'
            when tries.failure_code = '02' or tries.failure_text like '%并档%' or coalesce(tie.is_file_merged, false) then 'file_merged'
            when tries.failure_code = '03' or tries.failure_text like '%行业%' or coalesce(tie.is_industry_missing, false) then 'industry_missing'
            when
                tries.failure_code = '04'
                or tries.failure_text like '%税务所%'
                or tries.failure_text like '%科所%'
                or tries.failure_text like '%科室%'
                or coalesce(tie.is_section_missing, false) then 'section_missing'
            when tries.failure_code = '99' or tries.failure_text like '%系统繁忙%' then 'system_busy'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_client_declaration') }} as tries
    inner join {{ ref('int_bill') }} as bill on tries.bill_key = bill.bill_key
    left join {{ ref('int_registration_tie') }} as tie on bill.registration_key = tie.registration_key
    where
        bill.is_valid
        and bill.declared_at is null
        -- nothing to declare: see A4.6.2
        and coalesce(tries.failure_text, '') not like '%无可申报%'
)

select
    {{ finding_of(
        'A4.5.1', 'bill', alias='refused',
        reason='refused.reason_code',
        since='refused.refused_at',
        evidence="“{refused.unit_name}”{refused.period|month}的征集单（流水号{refused.notice_serial}、批次{refused.batch_no}、{refused.amount|money}元）
            于{refused.refused_at|date}在客户端申报失败，提示“{refused.failure_text}”；查得{case refused.reason_code
            when 'association_changed' then '单据传递后户籍关联已变更，须按新关联重新推送'
            when 'file_merged' then '核心户籍已并档，单据仍挂在被并的登记上'
            when 'industry_missing' then '税务登记的行业信息缺失'
            when 'section_missing' then '户籍未分配主管税务所（科、分局）'
            when 'system_busy' then '系统繁忙，至今未重新申报'
            else '关联、并档、行业、科所均正常，原因未能判定' end|phrase}；更正后申报成功即解除。",
    ) }},
    refused.unit_name,
    refused.notice_serial,
    refused.batch_no,
    refused.refused_at,
    refused.failure_code,
    refused.failure_text,
    refused.associated_at,
    refused.merged_at,
    refused.section_code
from refused

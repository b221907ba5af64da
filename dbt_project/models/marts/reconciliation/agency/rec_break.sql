-- 对账差异: where tax and an agency do not agree, each with its outcome, one cause and a sentence of evidence.
-- Grain: pair × measure × bill × item ('*' = the whole bill). Outcomes 2 to 6; what agrees, waits in time or failed on both sides is in rec_summary.
with break_row as (
    select
        measured.*,
        unit.unit_name,
        unit.taxpayer_key,
        agency.agency_name,
        tax_agency.agency_name as tax_agency_name,
        {{ rec_expected_workdays(
            {'bill': 'rec_bill_delay', 'collection': 'rec_collection_delay', 'settlement': 'rec_settlement_delay'}, 'measured.measure'
        ) }}
            as expected_workdays,
        case when measured.insurance_code = '*' then '整单' else coalesce(insurance.insurance_name, '未分险种') end as insurance_name,
        -- A bill is named once: by its whole, or by its items where only these disagree.
        measured.insurance_code = '*'
        or max(case when measured.insurance_code = '*' then 1 else 0 end) over (partition by measured.measure, measured.bill_key) = 0 as is_counted,
        case measured.department_code when 'HRSS' then '人社' else '医保' end as department_name,
        coalesce(substr(measured.period, 1, 4) || '年' || substr(measured.period, 5, 2) || '月', '所属期不明的') as period_words,
        case measured.measure when 'bill' then '单据金额' when 'collection' then '征收金额' else '入库金额' end as measure_name,
        case measured.tax_state
            when 'missing' then '无记录'
            when 'failed' then case measured.measure when 'bill' then '已作废' when 'collection' then '无上解' else '无入库' end
            else cast(measured.tax_amount as string) || '元'
        end as tax_words,
        case measured.agency_state
            when 'missing' then '无记录'
            when 'failed' then case measured.measure when 'bill' then '已撤销或作废' when 'collection' then '未登账' else '未收到入库结果' end
            else cast(measured.agency_amount as string) || '元'
        end as agency_words
    from {{ ref('rec_measured') }} as measured
    left join {{ ref('int_registration') }} as unit on measured.registration_key = unit.registration_key
    left join {{ ref('ref_insurance_item') }} as insurance on measured.insurance_code = insurance.insurance_code
    left join {{ ref('ref_agency') }} as agency on measured.agency_code = agency.agency_code
    left join {{ ref('ref_agency') }} as tax_agency on measured.tax_agency_code = tax_agency.agency_code
    {{ rec_join_clearing('measured') }}
    where measured.outcome_code between 2 and 6
),

explained as (
    select
        break_row.*,
        {{ workday_age('break_row.since_date') }} as age_workdays,
        clear_day.calendar_date as expected_clear_date,
        {{ rec_words('outcome_code', rec_outcomes()) }} as outcome,
        {{ rec_words('cause_code', rec_causes()) }} as cause,
        case cause_code
            when 'withdrawn_upstream' then department_name || '已撤销发送而税务仍有效；税务核实后作废，或由' || department_name || '重新发送'
            when 'voided_upstream' then department_name || '已作废而税务仍有效；税务核实后作废'
            when 'voided_by_tax' then '税务已作废而' || department_name || '仍有效；' || department_name || '同步作废，或税务恢复'
            when 'not_sent' then department_name || '没有该单据或没有发全；核对传输批次后由' || department_name || '补发，或由税务作废'
            when 'not_read' then '税务尚未读取；排查交换库读取任务后重新读取'
            when 'wrong_item' then '整单合计一致，金额记在不同的险种；由记错的一方调整险种'
            when 'wrong_agency'
                then
                    '税务记在' || coalesce(tax_agency_name, '未知经办机构') || '，' || department_name || '记在' || coalesce(agency_name, '未知经办机构')
                    || '；核对参保地后由记错的一方更正经办机构'
            when 'settled_not_returned'
                then
                    '税务已入库'
                    || case when returned_amount = 0 then '，入库结果尚未回盘' else '，入库结果只回盘' || cast(returned_amount as string) || '元' end
                    || '；补做入库回盘'
            when 'settled_not_read'
                then
                    '入库结果已回盘，' || department_name
                    || case when read_amount = 0 then '尚未读取' else '只读取' || cast(read_amount as string) || '元' end
                    || '；催' || department_name || '读取'
            when 'crosses_day' then '跨日入库，隔日到账；核对到账日期'
            when 'amount_changed' then '双方记录的金额或险种不同；核对变更记录，由记错的一方更正'
            when 'posted_without_payment' then '税务没有上解而' || department_name || '已登账；核对资金来源，由' || department_name || '冲销或税务补录'
            when 'double_posted' then '多出的金额等于一笔税票，疑为重复登账；由' || department_name || '冲销重复的一笔'
            when 'not_returned'
                then '税务' || case when returned_amount = 0 then '尚未回盘' else '只回盘' || cast(returned_amount as string) || '元' end || '；补做回盘'
            when 'returned_unread'
                then
                    '税务已回盘，' || department_name
                    || case when read_amount = 0 then '尚未读取' else '只读取' || cast(read_amount as string) || '元' end
                    || '；催' || department_name || '读取'
            when 'partial' then department_name || '已全部读取，只登账一部分；由' || department_name || '补登'
            when 'crosses_month' then '上月上解、本月读取，' || department_name || '未登账；按跨月到账补登'
            when 'read_not_posted' then department_name || '已读取而未登账；由' || department_name || '登账'
            else '记录不足以判断原因；由双方工程师排查'
        end as advice
    from break_row
    {{ rec_join_clear_day('break_row') }}
)

select
    'REC-' || upper(pair) || '-' || upper(measure) as rule_id,
    'break' as subject_type,
    measure || '|' || bill_key || '|' || insurance_code as subject_key,
    department_code,
    bureau_code,
    agency_code,
    town_code,
    insurance_code,
    period,
    cast(abs(difference) as decimal(18, 2)) as amount,
    cause_code as reason_code,
    since_date,
    cast(age_workdays as integer) as age_workdays,
    {{ evidence(
        '“{unit_name}”{period_words|phrase}征集单（流水号{notice_serial}、批次{batch_no}）{insurance_name}的{measure_name}：税务{tax_words}，
        {department_name}{agency_words}，相差{difference|money}元；{advice|phrase}，双方一致即解除。'
    ) }} as evidence,
    registration_key,
    bill_key,
    taxpayer_key,
    cast(null as string) as agreement_key,
    pair,
    measure,
    unit_name,
    notice_serial,
    batch_no,
    insurance_name,
    is_counted,
    outcome_code,
    outcome,
    cause_code,
    cause,
    tax_state,
    agency_state,
    tax_amount,
    agency_amount,
    difference,
    tax_recorded_amount,
    agency_recorded_amount,
    tax_date,
    agency_date,
    tax_agency_code,
    expected_clear_date,
    coalesce(expected_clear_date < {{ as_of_date() }}, false) as is_overdue
from explained

-- 税务内部系统间对账差异: where two neighbours of the chain support platform, sharing platform, management, collection, TIPS, treasury do not agree.
-- `exception_code` marks what belongs to the exceptions table (异常数据子表): partial settlement, one-sided, paid twice.
-- Grain: pair × bill × ticket × item. Outcomes 2 to 6.
with found as (
    select
        chain.pair,
        'stage' as measure,
        chain.ticket_no,
        chain.insurance_code,
        chain.tax_state,
        chain.other_state,
        chain.tax_amount,
        chain.other_amount,
        chain.tax_date,
        chain.other_date,
        chain.since_date,
        chain.outcome_code,
        chain.cause_code,
        chain.bill_key,
        bill.department_code,
        bill.registration_key,
        bill.notice_serial,
        bill.batch_no,
        bill.agency_code,
        bill.bureau_code,
        bill.town_code,
        bill.period,
        bill.taxpayer_key,
        unit.unit_name,
        case when chain.insurance_code = '*' then '整单' else coalesce(insurance.insurance_name, '未分险种') end as insurance_name,
        {{ rec_chain_expected_workdays('rec_internal_delay') }} as expected_workdays,
        {{ rec_words('chain.pair', rec_pairs()) }} as pair_name,
        {{ rec_side_words('chain.tax_state', 'chain.tax_amount') }} as tax_words,
        {{ rec_side_words('chain.other_state', 'chain.other_amount') }} as other_words,
        case
            when bill.bill_key is null then '缴款书' || coalesce(chain.ticket_no, '')
            else
                '“' || coalesce(unit.unit_name, '未登记单位') || '”征集单（流水号' || bill.notice_serial || '、批次' || bill.batch_no || '）'
                || coalesce('缴款书' || chain.ticket_no, '')
        end as subject_words,
        case chain.cause_code
            when 'lost' then '上一环节已传出而下一环节没有；排查接口日志后重新投递'
            when 'without_origin' then '下一环节已有而上一环节没有传出记录；核对推送标志后补记'
            when 'process_failed' then '前置库处理失败；按失败原因处理后重新处理'
            when 'not_settled' then '已上解而国库未入库；与国库核对后补入库'
            when 'partial' then '只有部分险种或部分金额入库；与国库核对未入库的部分'
            when 'one_sided' then '单边账；与税库银、银行核实资金是否划转，补记或冲正'
            when 'double' then '同一笔缴款成功两次，疑为重复扣款；核实后退还或冲正'
            else '双方金额不同；核对原始凭证后由记错的一方更正'
        end as advice
    from {{ ref('int_recon_internal') }} as chain
    left join {{ ref('int_bill') }} as bill on chain.bill_key = bill.bill_key
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
    left join {{ ref('ref_insurance_item') }} as insurance on chain.insurance_code = insurance.insurance_code
    {{ rec_join_chain_clearing('chain') }}
    where chain.outcome_code between 2 and 6
)

select
    {{ rec_break_columns(
        'A12.3',
        "concat_ws('|', found.pair, coalesce(found.bill_key, ''), coalesce(found.ticket_no, ''), found.insurance_code)",
        '{subject_words|phrase}{insurance_name|phrase}在{pair_name}之间不一致：前者{tax_words}，后者{other_words}；{advice|phrase}，双方一致即解除。'
    ) }},
    case
        when found.cause_code in ('not_settled', 'partial') then 'partial'
        when found.cause_code = 'double' then 'double'
        when found.cause_code = 'one_sided' then 'one_sided'
    end as exception_code,
    case
        when found.cause_code in ('not_settled', 'partial') then '部分入库'
        when found.cause_code = 'double' then '重复缴纳'
        when found.cause_code = 'one_sided' then '单边账'
    end as exception_name
from found
{{ rec_join_clear_day('found') }}

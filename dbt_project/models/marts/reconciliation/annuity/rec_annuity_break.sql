-- 机关事业单位职业年金双向对账差异: transfers against confirmed bills both ways in the four cases of the users' text, and tax's debits against the clearing
-- centre's and these against the bank's statement. `case_code` 1 to 4 is the users' case; what the clearing centre debited twice or reversed is none of them.
-- Grain: pair × bill (or ticket, or transfer). Outcomes 2 to 6.
with found as (
    select
        annuity.pair,
        'annuity' as measure,
        coalesce(bill.department_code, 'HRSS') as department_code,
        bill.bureau_code,
        coalesce(bill.agency_code, own.agency_code) as agency_code,
        bill.town_code,
        'ZYNJ' as insurance_code,
        bill.period,
        annuity.outcome_code,
        annuity.cause_code,
        annuity.tax_state,
        annuity.other_state,
        annuity.tax_amount,
        annuity.other_amount,
        annuity.bill_amount,
        annuity.tax_date,
        annuity.other_date,
        annuity.since_date,
        coalesce(bill.registration_key, unit.registration_key) as registration_key,
        annuity.bill_key,
        coalesce(bill.taxpayer_key, unit.taxpayer_key) as taxpayer_key,
        annuity.ticket_no,
        annuity.transfer_no,
        annuity.match_code,
        coalesce(bill_unit.unit_name, unit.unit_name) as unit_name,
        bill.notice_serial,
        bill.batch_no,
        '职业年金' as insurance_name,
        {{ rec_chain_expected_workdays('rec_annuity_delay') }} as expected_workdays,
        coalesce(substr(bill.period, 1, 4) || '年' || substr(bill.period, 5, 2) || '月', '') as period_words,
        coalesce('征集单（流水号' || bill.notice_serial || '）', '') as bill_words,
        coalesce('转账流水' || annuity.transfer_no, '缴款书' || annuity.ticket_no, '') as subject_words,
        {{ rec_words('annuity.pair', rec_pairs()) }} as pair_name,
        {{ rec_side_words('annuity.tax_state', 'annuity.tax_amount') }} as tax_words,
        {{ rec_side_words('annuity.other_state', 'annuity.other_amount') }} as other_words,
        coalesce('，单据金额' || cast(annuity.bill_amount as string) || '元', '') as due_words,
        case annuity.cause_code
            when
                'transferred_not_confirmed'
                then '单位已转账而税务未确认；核对流水后补确认' || case when annuity.match_code = 'ambiguous' then '，可对应的单据不止一张，需人工认定' else '' end
            when 'confirmed_not_transferred' then '税务已确认而没有转账流水；与结算中心核实资金是否到账'
            when 'differs_confirmed' then '转账金额与单据金额不一致而税务已确认；次月补缴或退还差额'
            when 'differs_not_confirmed' then '转账金额与单据金额不一致，税务未确认；补足差额后确认，或退回转账'
            when 'double' then '同一笔扣款转账两次，疑为重复扣款；由结算中心核实并冲正'
            when 'reversed' then '转账已冲正而税务仍确认；核实后取消确认或重新扣款'
            when 'one_sided' then '一方成功而另一方没有；与结算中心、银行核实'
            else '双方金额不同；核对扣款指令与流水'
        end as advice
    from {{ ref('int_recon_annuity') }} as annuity
    left join {{ ref('int_bill') }} as bill on annuity.bill_key = bill.bill_key
    left join {{ ref('int_registration') }} as bill_unit on bill.registration_key = bill_unit.registration_key
    left join {{ ref('int_recon_annuity_own') }} as own
        on annuity.transfer_no = own.transfer_no and annuity.bill_key is not distinct from own.bill_key
    left join (
        select
            unit_no,
            max(registration_key) as registration_key,
            max(unit_name) as unit_name,
            max(taxpayer_key) as taxpayer_key
        from {{ ref('int_registration') }}
        where department_code = 'HRSS'
        group by unit_no
    ) as unit on own.unit_no = unit.unit_no
    {{ rec_join_chain_clearing('annuity') }}
    where annuity.outcome_code between 2 and 6
)

select
    {{ rec_break_columns(
        'A12.4',
        "concat_ws('|', found.pair, coalesce(found.bill_key, ''), coalesce(found.ticket_no, ''), coalesce(found.transfer_no, ''))",
        '“{unit_name}”{period_words|phrase}职业年金{bill_words|phrase}{subject_words|phrase}在{pair_name}之间不一致：前者{tax_words}，后者{other_words}{due_words|phrase}；{advice|phrase}，双方一致即解除。'
    ) }},
    found.transfer_no,
    found.match_code,
    found.bill_amount,
    cast(case
        when found.pair <> 'annuity_bank' then null
        when found.cause_code = 'transferred_not_confirmed' then 1
        when found.cause_code = 'confirmed_not_transferred' then 2
        when found.cause_code = 'differs_confirmed' then 3
        when found.cause_code = 'differs_not_confirmed' then 4
    end as integer) as case_code,
    case
        when found.pair <> 'annuity_bank' then cast(null as string)
        when found.cause_code = 'transferred_not_confirmed' then '已转账未确认'
        when found.cause_code = 'confirmed_not_transferred' then '未转账已确认'
        when found.cause_code = 'differs_confirmed' then '金额不一致已确认'
        when found.cause_code = 'differs_not_confirmed' then '金额不一致未确认'
    end as case_name,
    found.pair = 'annuity_bank' as is_counted
from found
{{ rec_join_clear_day('found') }}

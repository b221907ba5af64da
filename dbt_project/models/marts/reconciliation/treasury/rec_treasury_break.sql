-- 入库与国库流水差异: days on which the treasury's statement and tax's settlements of a treasury and sub-item differ. Where exactly one settlement of the day
-- has the missing (or doubled) amount, the bill is named. What a later day's statement made good is explained (crosses a day or a month) and not counted.
-- Grain: day × treasury × sub-item. Outcomes 2 to 6.
with day_row as (
    select
        treasury_day.*,
        {{ key_of([date_text('settled_date'), 'treasury_code', 'levy_subitem_code']) }} as day_key
    from {{ ref('int_recon_treasury_day') }} as treasury_day
    where outcome_code between 2 and 6
),

day_whole as (
    select
        day_key as group_key,
        day_key as whole_key,
        cast(abs(difference) as decimal(18, 2)) as amount
    from day_row
),

day_part as (
    select
        day_row.day_key as group_key,
        ticket.ticket_no || '|' || ticket.bill_key as part_key,
        cast(ticket.settled_amount as decimal(18, 2)) as amount
    from {{ ref('int_ticket_item') }} as ticket
    inner join {{ ref('ref_insurance_item') }} as insurance on ticket.insurance_code = insurance.insurance_code
    inner join {{ ref('int_recon_settlement_place') }} as place
        on ticket.ticket_no = place.ticket_no and insurance.zspm_code = place.levy_subitem_code
    inner join day_row
        on
            ticket.settled_date = day_row.settled_date
            and insurance.zspm_code = day_row.levy_subitem_code
            and place.treasury_code = day_row.treasury_code
    where ticket.settled_amount <> 0 and ticket.bill_key is not null
),

{{ bounded_match('day_whole', 'day_part') }},

named as (
    select
        match_part.whole_key,
        max({{ 'split_part(match_part.part_key, ' ~ "'|', 1)" }}) as ticket_no,
        max(substr(match_part.part_key, length({{ 'split_part(match_part.part_key, ' ~ "'|', 1)" }}) + 2, 200)) as bill_key
    from match_part
    group by match_part.whole_key
    having count(*) = 1
),

found as (
    select
        day_row.day_key,
        'levy_treasury' as pair,
        'day' as measure,
        coalesce(bill.department_code, insurance.department_code) as department_code,
        coalesce(authority.bureau_code, day_row.authority_code) as bureau_code,
        bill.agency_code,
        bill.town_code,
        coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code,
        {{ to_period('day_row.settled_date') }} as period,
        day_row.outcome_code,
        day_row.cause_code,
        day_row.tax_state,
        day_row.other_state,
        day_row.tax_amount,
        day_row.other_amount,
        day_row.settled_date as tax_date,
        day_row.other_day as other_date,
        day_row.settled_date as since_date,
        bill.registration_key,
        named.bill_key,
        bill.taxpayer_key,
        named.ticket_no,
        unit.unit_name,
        bill.notice_serial,
        bill.batch_no,
        coalesce(insurance.insurance_name, '未分险种') as insurance_name,
        {{ rec_chain_expected_workdays('rec_treasury_delay') }} as expected_workdays,
        day_row.treasury_code,
        day_row.levy_subitem_code,
        day_row.other_day,
        match_whole.match_code,
        {{ rec_side_words('day_row.tax_state', 'day_row.tax_amount') }} as tax_words,
        {{ rec_side_words('day_row.other_state', 'day_row.other_amount') }} as other_words,
        coalesce(
            '，差额与“' || coalesce(unit.unit_name, '未登记单位') || '”缴款书' || named.ticket_no || '相符',
            case when match_whole.match_code = 'ambiguous' then '，可对应的缴款书不止一张' else '' end
        ) as bill_words,
        case day_row.cause_code
            when 'crosses_day' then '国库流水记在' || {{ date_text('day_row.other_day') }} || '，属跨日入库，两日合计相符'
            when 'crosses_month' then '国库流水记在' || {{ date_text('day_row.other_day') }} || '，属跨月入库，两日合计相符'
            when 'one_sided' then '一方没有记录；与国库核对当日流水'
            when 'double' then '国库流水疑为重复；与国库核对后冲正'
            else '金额不同；与国库核对当日流水'
        end as advice
    from day_row
    left join {{ ref('ref_insurance_item') }} as insurance on day_row.levy_subitem_code = insurance.zspm_code
    left join {{ ref('int_tax_authority') }} as authority on day_row.authority_code = authority.authority_code
    left join {{ ref('rec_clearing_time') }} as chain_time on chain_time.pair = 'levy_treasury' and chain_time.channel_code = '*'
    left join match_whole on day_row.day_key = match_whole.whole_key
    left join named on day_row.day_key = named.whole_key and match_whole.match_code = 'proved'
    left join {{ ref('int_bill') }} as bill on named.bill_key = bill.bill_key
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
)

select
    {{ rec_break_columns(
        'A13.1',
        'found.day_key',
        '{found.since_date|date}国库{treasury_code}{insurance_name}：税务入库{tax_words}，国库流水{other_words}{bill_words|phrase}；{advice|phrase}，双方一致即解除。'
    ) }},
    found.treasury_code,
    found.levy_subitem_code,
    found.other_day,
    found.match_code,
    found.cause_code not in ('crosses_day', 'crosses_month') as is_counted
from found
{{ rec_join_clear_day('found') }}

-- 南宁社保、医保用人单位社保费全量接收数据按险种: received, voided, due, collected and settled in three buckets by insurance item, and what the departments hold
-- of the same, by their own unit categories and by how tax keeps the household. Two time bases: `flow` counts each step in the month in which it happened
-- (received, remitted, settled, booked); `period` counts all that belongs to bills of a fee month, whenever it happened.
-- Grain: basis × month × item × unit category × household class × agency × bureau.
with bill as (
    select
        bill.bill_key,
        bill.department_code,
        bill.period,
        bill.agency_code,
        bill.bureau_code,
        coalesce(bill.unit_type_code, '未知') as unit_type_code,
        case
            when bill.bureau_code is null then 'unassigned'
            when bill.taxpayer_key is null then 'unassociated'
            when taxpayer.status_code in ('05', '07') then 'ceased'
            when bill.is_project then 'project'
            else 'managed'
        end as household_class_code,
        {{ to_period('bill.support_received_at') }} as received_month,
        {{ to_period('bill.sent_at') }} as sent_month,
        bill.has_tax,
        not bill.is_valid as is_voided,
        bill.is_withdrawn or bill.is_agency_voided as is_agency_failed
    from {{ ref('int_bill') }} as bill
    left join {{ ref('int_taxpayer') }} as taxpayer on bill.taxpayer_key = taxpayer.taxpayer_key
),

{%- set amounts = [
    'received_count', 'received_amount', 'voided_count', 'voided_amount', 'collected_amount', 'settled_same_month', 'settled_later_month',
    'settled_from_earlier', 'not_settled_amount', 'agency_bill_count', 'agency_bill_amount', 'posted_amount',
] %}

billed as (
    select
        item.bill_key,
        item.insurance_code,
        bill.received_month as flow_month,
        case when bill.has_tax and item.tax_amount is not null then 1 else 0 end as received_count,
        case when bill.has_tax then coalesce(item.tax_amount, 0) else 0 end as received_amount,
        case when bill.has_tax and item.tax_amount is not null and bill.is_voided then 1 else 0 end as voided_count,
        case when bill.has_tax and bill.is_voided then coalesce(item.tax_amount, 0) else 0 end as voided_amount,
        0 as collected_amount,
        0 as settled_same_month,
        0 as settled_later_month,
        0 as settled_from_earlier,
        0 as not_settled_amount,
        0 as agency_bill_count,
        0 as agency_bill_amount,
        0 as posted_amount
    from {{ ref('int_bill_item') }} as item
    inner join bill on item.bill_key = bill.bill_key
    where bill.has_tax
    union all
    select
        item.bill_key,
        item.insurance_code,
        bill.sent_month as flow_month,
        0 as received_count,
        0 as received_amount,
        0 as voided_count,
        0 as voided_amount,
        0 as collected_amount,
        0 as settled_same_month,
        0 as settled_later_month,
        0 as settled_from_earlier,
        0 as not_settled_amount,
        1 as agency_bill_count,
        item.agency_amount as agency_bill_amount,
        0 as posted_amount
    from {{ ref('int_bill_item') }} as item
    inner join bill on item.bill_key = bill.bill_key
    where item.agency_amount is not null and not bill.is_agency_failed
    union all
    select
        bill_key,
        insurance_code,
        {{ to_period('last_posted_date') }} as flow_month,
        0 as received_count,
        0 as received_amount,
        0 as voided_count,
        0 as voided_amount,
        0 as collected_amount,
        0 as settled_same_month,
        0 as settled_later_month,
        0 as settled_from_earlier,
        0 as not_settled_amount,
        0 as agency_bill_count,
        0 as agency_bill_amount,
        posted_amount
    from {{ ref('int_bill_item') }}
    where posted_amount <> 0
),

ticket as (
    select
        ticket.bill_key,
        ticket.insurance_code,
        {{ to_period('ticket.remitted_date') }} as collected_month,
        {{ to_period('ticket.settled_date') }} as settled_month,
        coalesce(ticket.remitted_amount, 0) as collected_amount,
        coalesce(ticket.settled_amount, 0) as settled_amount,
        coalesce(insurance.is_treasury, true) as is_treasury
    from {{ ref('int_ticket_item') }} as ticket
    left join {{ ref('ref_insurance_item') }} as insurance on ticket.insurance_code = insurance.insurance_code
    where ticket.remitted_date is not null or ticket.settled_date is not null
),

money as (
    select
        bill_key,
        insurance_code,
        coalesce(collected_month, settled_month) as flow_month,
        0 as received_count,
        0 as received_amount,
        0 as voided_count,
        0 as voided_amount,
        collected_amount,
        case when settled_month = collected_month then settled_amount else 0 end as settled_same_month,
        case when settled_month > collected_month then settled_amount else 0 end as settled_later_month,
        0 as settled_from_earlier,
        case when is_treasury then collected_amount - settled_amount else 0 end as not_settled_amount,
        0 as agency_bill_count,
        0 as agency_bill_amount,
        0 as posted_amount
    from ticket
),

earlier as (
    select
        bill_key,
        insurance_code,
        settled_month as flow_month,
        0 as received_count,
        0 as received_amount,
        0 as voided_count,
        0 as voided_amount,
        0 as collected_amount,
        0 as settled_same_month,
        0 as settled_later_month,
        settled_amount as settled_from_earlier,
        0 as not_settled_amount,
        0 as agency_bill_count,
        0 as agency_bill_amount,
        0 as posted_amount
    from ticket
    where settled_month > collected_month or (settled_month is not null and collected_month is null)
),

flow as (
    select
        'flow' as basis_code,
        flow_month as month,
        every_row.*
    from (
        select * from billed
        union all
        select * from money
        union all
        select * from earlier
    ) as every_row
    union all
    select
        'period' as basis_code,
        bill.period as month,
        every_row.*
    from (
        select * from billed
        union all
        select * from money
    ) as every_row
    left join bill on every_row.bill_key = bill.bill_key
),

summed as (
    select
        flow.basis_code,
        flow.month,
        bill.department_code,
        flow.insurance_code,
        coalesce(bill.unit_type_code, '未知') as unit_type_code,
        coalesce(bill.household_class_code, 'unassigned') as household_class_code,
        bill.agency_code,
        bill.bureau_code,
    {%- for column in amounts %}
    sum(flow.{{ column }}) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    from flow
    left join bill on flow.bill_key = bill.bill_key
    group by
        flow.basis_code,
        flow.month,
        bill.department_code,
        flow.insurance_code,
        coalesce(bill.unit_type_code, '未知'),
        coalesce(bill.household_class_code, 'unassigned'),
        bill.agency_code,
        bill.bureau_code
)

select
    summed.basis_code,
    case summed.basis_code when 'flow' then '发生月口径' else '费款所属期口径' end as basis_name,
    summed.month,
    summed.department_code,
    summed.insurance_code,
    coalesce(insurance.insurance_name, '未分险种') as insurance_name,
    summed.unit_type_code,
    coalesce(unit_type.unit_type_name, '未知') as unit_type_name,
    summed.household_class_code,
    case summed.household_class_code
        when 'unassigned' then '未分配主管局'
        when 'unassociated' then '未关联户'
        when 'ceased' then '注销、非正常户'
        when 'project' then '工程项目户'
        else '正常管户'
    end as household_class_name,
    summed.agency_code,
    summed.bureau_code,
    cast(summed.received_count as integer) as received_count,
    {{ decimal18('summed.received_amount') }} as received_amount,
    cast(summed.voided_count as integer) as voided_count,
    {{ decimal18('summed.voided_amount') }} as voided_amount,
    cast(summed.received_count - summed.voided_count as integer) as due_count,
    {{ decimal18('summed.received_amount - summed.voided_amount') }} as due_amount,
    {{ decimal18('summed.collected_amount') }} as collected_amount,
    {{ decimal18('summed.settled_same_month') }} as settled_same_month,
    {{ decimal18('summed.settled_later_month') }} as settled_later_month,
    {{ decimal18('summed.settled_from_earlier') }} as settled_from_earlier,
    {{ decimal18('summed.not_settled_amount') }} as not_settled_amount,
    cast(summed.agency_bill_count as integer) as agency_bill_count,
    {{ decimal18('summed.agency_bill_amount') }} as agency_bill_amount,
    {{ decimal18('summed.posted_amount') }} as posted_amount,
    {{ decimal18('summed.received_amount - summed.voided_amount - summed.agency_bill_amount') }} as bill_amount_difference,
    {{ decimal18('summed.collected_amount - summed.posted_amount') }} as collected_amount_difference
from summed
left join {{ ref('ref_insurance_item') }} as insurance on summed.insurance_code = insurance.insurance_code
left join {{ ref('ref_unit_type') }} as unit_type on summed.unit_type_code = unit_type.unit_type_code

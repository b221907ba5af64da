-- 三个入库口径: what was collected (上解) and settled (入库), by the months in which the two fell: collected and settled this month, collected this month and
-- settled in a later one, collected earlier and settled this month; and what is not settled yet. collected = the first two and the not settled; settled = the
-- first and the third. The annuity never passes the treasury and has no buckets. Employers. Grain: month × bureau × agency × item.
with ticket as (
    select
        ticket.bill_key,
        ticket.insurance_code,
        {{ to_period('ticket.remitted_date') }} as collected_month,
        {{ to_period('ticket.settled_date') }} as settled_month,
        coalesce(ticket.remitted_amount, 0) as collected_amount,
        coalesce(ticket.settled_amount, 0) as settled_amount
    from {{ ref('int_ticket_item') }} as ticket
    inner join {{ ref('ref_insurance_item') }} as insurance on ticket.insurance_code = insurance.insurance_code
    where insurance.is_treasury and (ticket.remitted_date is not null or ticket.settled_date is not null)
),

flow as (
    -- of the month in which it was collected
    select
        collected_month as month,
        bill_key,
        insurance_code,
        collected_amount,
        case when settled_month = collected_month then settled_amount else 0 end as settled_same_month,
        case when settled_month > collected_month then settled_amount else 0 end as settled_later_month,
        0 as settled_from_earlier,
        collected_amount - settled_amount as not_settled_amount
    from ticket
    where collected_month is not null
    union all
    -- of the month in which it was settled
    select
        settled_month as month,
        bill_key,
        insurance_code,
        0 as collected_amount,
        0 as settled_same_month,
        0 as settled_later_month,
        settled_amount as settled_from_earlier,
        0 as not_settled_amount
    from ticket
    where settled_month is not null and (collected_month < settled_month or collected_month is null)
)

select
    flow.month,
    bill.department_code,
    bill.bureau_code,
    bill.agency_code,
    flow.insurance_code,
    {{ sum_amount('flow.collected_amount') }} as collected_amount,
    {{ sum_amount('flow.settled_same_month') }} as settled_same_month,
    {{ sum_amount('flow.settled_later_month') }} as settled_later_month,
    {{ sum_amount('flow.settled_from_earlier') }} as settled_from_earlier,
    {{ sum_amount('flow.not_settled_amount') }} as not_settled_amount,
    {{ sum_amount('flow.settled_same_month + flow.settled_from_earlier') }} as settled_amount
from flow
left join {{ ref('int_bill') }} as bill on flow.bill_key = bill.bill_key
group by flow.month, bill.department_code, bill.bureau_code, bill.agency_code, flow.insurance_code

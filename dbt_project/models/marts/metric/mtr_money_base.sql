-- Employers' money, day by day: remitted (上解) and settled (入库). Annuity never passes the treasury and counts as settled once remitted.
-- A payment is a back payment (补缴) when its bill is a special one, or its month ended before the month in which the bill was sent; an ordinary bill
-- that is paid late is arrears, beside it (var back_payment_counts_late). Grain: ticket × item × movement. Internal.
with ticket_items as (
    select * from {{ ref('int_ticket_item') }}
),

movements as (
    select
        ticket_no,
        insurance_code,
        bill_key,
        department_code,
        channel_code,
        'remitted' as movement_code,
        remitted_date as day,
        remitted_amount as amount
    from ticket_items
    where remitted_date is not null
    union all
    select
        ticket_items.ticket_no,
        ticket_items.insurance_code,
        ticket_items.bill_key,
        ticket_items.department_code,
        ticket_items.channel_code,
        'settled' as movement_code,
        case when insurance.is_treasury = false then ticket_items.remitted_date else ticket_items.settled_date end as day,
        case when insurance.is_treasury = false then ticket_items.remitted_amount else ticket_items.settled_amount end as amount
    from ticket_items
    left join {{ ref('ref_insurance_item') }} as insurance on ticket_items.insurance_code = insurance.insurance_code
    where case when insurance.is_treasury = false then ticket_items.remitted_date else ticket_items.settled_date end is not null
)

select
    movements.ticket_no,
    movements.insurance_code,
    movements.movement_code,
    movements.day,
    movements.bill_key,
    bills.registration_key,
    bills.bureau_code,
    bills.town_code,
    movements.department_code,
    bills.origin_code,
    bills.agency_code,
    bills.unit_type_code,
    coalesce(insurance.zsxm_code, movements.insurance_code) as levy_item_code,
    movements.channel_code,
    coalesce(channel.is_electronic, false) as is_electronic,
    coalesce(
        bills.origin_code = '3'
        or bills.period < {{ to_period('coalesce(bills.sent_at, bills.support_received_at)') }}
        {%- if var('back_payment_counts_late') %}
        or bills.period < {{ to_period('movements.day') }}
        {%- endif %},
        false
    ) as is_back_payment,
    coalesce(bills.period < {{ to_period('movements.day') }}, false) as is_late,
    {{ decimal18('movements.amount') }} as amount
from movements
left join {{ ref('int_bill') }} as bills on movements.bill_key = bills.bill_key
left join {{ ref('ref_insurance_item') }} as insurance on movements.insurance_code = insurance.insurance_code
left join {{ ref('ref_electronic_channel') }} as channel on movements.channel_code = channel.channel_code

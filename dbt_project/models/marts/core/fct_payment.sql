-- Payments: tickets by insurance item, from invoice to treasury. Grain: ticket_no × insurance_code.
with ticket_items as (

    select * from {{ ref('int_ticket_item') }}

),

bills as (

    select * from {{ ref('int_bill') }}

)

select
    ticket_items.ticket_no,
    ticket_items.insurance_code,
    ticket_items.bill_key,
    bills.registration_key,
    ticket_items.department_code,
    bills.bureau_code,
    bills.agency_code,
    bills.town_code,
    coalesce(ticket_items.taxpayer_key, bills.taxpayer_key) as taxpayer_key,
    bills.period,
    ticket_items.channel_code,
    ticket_items.is_void,
    ticket_items.deduction_succeeded,
    ticket_items.invoiced_amount,
    ticket_items.remitted_amount,
    ticket_items.settled_amount,
    ticket_items.issued_at,
    ticket_items.remitted_date,
    ticket_items.settled_date
from ticket_items
left join bills on ticket_items.bill_key = bills.bill_key

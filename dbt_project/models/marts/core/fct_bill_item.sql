-- Money of bills by insurance item. Grain: bill_key × insurance_code.
with bill_items as (

    select * from {{ ref('int_bill_item') }}

),

bills as (

    select * from {{ ref('int_bill') }}

)

select
    bill_items.bill_key,
    bill_items.insurance_code,
    bills.registration_key,
    bill_items.department_code,
    bills.bureau_code,
    bills.agency_code,
    bills.town_code,
    bill_items.period,
    bills.origin_code,
    bills.is_valid,
    bill_items.agency_amount,
    bill_items.detail_amount,
    bill_items.tax_amount,
    bill_items.declared_amount,
    bill_items.invoiced_amount,
    bill_items.collected_amount,
    bill_items.settled_amount,
    bill_items.returned_amount,
    bill_items.posted_amount,
    bill_items.first_collected_date,
    bill_items.last_collected_date,
    bill_items.last_settled_date,
    bill_items.last_returned_at,
    bill_items.last_posted_date
from bill_items
left join bills on bill_items.bill_key = bills.bill_key

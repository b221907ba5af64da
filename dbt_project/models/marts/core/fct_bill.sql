-- Bills with whose they are, how far they are, and their amounts. Grain: bill_key.
with bills as (

    select * from {{ ref('int_bill') }}

),

registrations as (

    select
        registration_key,
        unit_name
    from {{ ref('int_registration') }}

)

select
    bills.bill_key,
    bills.registration_key,
    bills.department_code,
    bills.bureau_code,
    bills.agency_code,
    bills.town_code,
    bills.taxpayer_key,
    bills.unit_no,
    registrations.unit_name,
    bills.unit_type_code,
    bills.period,
    bills.origin_code,
    bills.notice_serial,
    bills.batch_no,
    bills.channel_code,
    bills.stage_code,
    bills.is_valid,
    bills.is_withdrawn,
    bills.is_agency_voided,
    bills.is_tax_voided,
    bills.has_summary,
    bills.has_tax,
    bills.person_count,
    bills.amount,
    bills.tax_amount,
    bills.declared_amount,
    bills.invoiced_amount,
    bills.unpaid_invoiced_amount,
    bills.collected_amount,
    bills.settled_amount,
    bills.returned_amount,
    bills.agency_posted_amount as posted_amount,
    bills.sent_at,
    bills.read_at,
    bills.support_received_at,
    bills.front_processed_at,
    bills.declared_at,
    bills.first_invoiced_at,
    bills.first_collected_date,
    bills.last_collected_date,
    bills.last_settled_date,
    bills.last_returned_at,
    bills.last_posted_date
from bills
left join registrations on bills.registration_key = registrations.registration_key

-- Registrations (户籍) with their taxpayer and everybody who can be called about them. Grain: registration_key.
with registrations as (

    select * from {{ ref('int_registration') }}

),

registration_contacts as (

    select * from {{ ref('int_registration_contact') }}

),

taxpayers as (

    select * from {{ ref('int_taxpayer') }}

),

taxpayer_contacts as (

    select * from {{ ref('int_taxpayer_contact') }}

)

select
    registrations.registration_key,
    registrations.department_code,
    registrations.source_system,
    registrations.unit_no,
    registrations.unit_name,
    registrations.uscc,
    registrations.identity_key,
    registrations.bureau_code,
    registrations.section_code,
    registrations.agency_code,
    registrations.unit_type_code,
    registrations.district_code,
    registrations.town_code,
    registrations.status_code,
    registrations.is_valid,
    registrations.is_withdrawn,
    registrations.is_ended,
    registrations.is_project_only,
    registrations.has_base,
    registrations.has_enrolment,
    registrations.base_sent_at,
    registrations.enrolment_sent_at,
    registrations.is_associated,
    registrations.associated_at,
    registrations.fee_registration_no,
    registrations.fee_bureau_code,
    registrations.taxpayer_key,
    taxpayers.taxpayer_no,
    taxpayers.taxpayer_name,
    taxpayers.status_code as taxpayer_status_code,
    taxpayers.entity_type_code,
    registration_contacts.contact_name,
    registration_contacts.contact_phone,
    registration_contacts.address,
    taxpayer_contacts.legal_person_name,
    taxpayer_contacts.legal_person_mobile,
    taxpayer_contacts.legal_person_landline,
    taxpayer_contacts.finance_name,
    taxpayer_contacts.finance_mobile,
    taxpayer_contacts.finance_landline,
    taxpayer_contacts.filer_name,
    taxpayer_contacts.filer_mobile,
    taxpayer_contacts.filer_landline,
    registrations.updated_at
from registrations
left join registration_contacts on registrations.registration_key = registration_contacts.registration_key
left join taxpayers on registrations.taxpayer_key = taxpayers.taxpayer_key
left join taxpayer_contacts on registrations.taxpayer_key = taxpayer_contacts.taxpayer_key

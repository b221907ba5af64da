-- All registrations of the employer that one registration belongs to, valid ones first. Grain: registration.
with chosen as (

    select
        registration_key,
        identity_key
    from dim_registration
    where registration_key = $registration_key

)

select
    registration.registration_key,
    registration.department_code,
    registration.source_system,
    registration.unit_no,
    registration.unit_name,
    registration.uscc,
    registration.bureau_code,
    registration.agency_code,
    registration.unit_type_code,
    registration.is_valid,
    registration.is_withdrawn,
    registration.is_ended,
    registration.has_base,
    registration.has_enrolment,
    registration.base_sent_at,
    registration.enrolment_sent_at,
    registration.is_associated,
    registration.associated_at,
    registration.fee_registration_no,
    registration.fee_bureau_code,
    registration.taxpayer_key,
    registration.taxpayer_no,
    registration.taxpayer_name,
    registration.taxpayer_status_code
from dim_registration as registration
inner join chosen
    on registration.registration_key = chosen.registration_key or registration.identity_key = chosen.identity_key
order by registration.is_valid desc, registration.department_code, registration.registration_key

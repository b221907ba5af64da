-- Registrations of the employers whose credit codes, unit numbers or taxpayer numbers are given, at both departments.
-- Grain: asked number × registration.
with asked as (

    select unnest(cast($numbers as varchar[])) as asked_number

),

found as (

    select
        asked.asked_number,
        registration.registration_key,
        registration.identity_key
    from asked
    inner join dim_registration as registration on asked.asked_number = registration.uscc
    union
    select
        asked.asked_number,
        registration.registration_key,
        registration.identity_key
    from asked
    inner join dim_registration as registration on asked.asked_number = registration.unit_no
    union
    select
        asked.asked_number,
        registration.registration_key,
        registration.identity_key
    from asked
    inner join dim_registration as registration on asked.asked_number = registration.taxpayer_no

),

employers as (

    select
        asked_number,
        registration_key
    from found
    union
    select
        found.asked_number,
        registration.registration_key
    from found
    inner join dim_registration as registration on found.identity_key = registration.identity_key

)

select
    employers.asked_number,
    registration.registration_key,
    registration.department_code,
    registration.unit_no,
    registration.unit_name,
    registration.uscc,
    registration.bureau_code,
    registration.is_valid,
    registration.is_withdrawn,
    registration.is_ended,
    registration.is_associated,
    registration.taxpayer_key,
    registration.taxpayer_status_code
from employers
inner join dim_registration as registration on employers.registration_key = registration.registration_key
order by employers.asked_number, registration.is_valid desc, registration.department_code, registration.registration_key

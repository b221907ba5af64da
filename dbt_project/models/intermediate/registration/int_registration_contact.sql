-- Contact and address that the department sent with a registration, kept apart from the slim registration. Grain: registration_key.
with contacts as (

    select
        {{ key_of(["'HRSS'", 'source_system', 'unit_no']) }} as registration_key,
        contact_name,
        contact_phone,
        address
    from {{ ref('stg_hrss__registration') }}
    union all
    select
        {{ key_of(["'NHSA'", 'source_system', 'unit_no']) }} as registration_key,
        contact_name,
        contact_phone,
        address
    from {{ ref('stg_nhsa__registration') }}

)

select
    registration_key,
    contact_name,
    contact_phone,
    address
from contacts

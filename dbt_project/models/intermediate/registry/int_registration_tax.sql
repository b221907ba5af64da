-- What tax holds of a registration beside its association: the stations on its way inside tax, the unit type kept, whether its agency
-- may handle employers at all. Grain: registration_key.
with support as (

    select
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        received_at,
        validation_code,
        is_pushed,
        pushed_at,
        is_written_back
    from {{ ref('stg_tax_support__registration') }}

),

shared as (

    select
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        received_at,
        is_pushed,
        pushed_at
    from {{ ref('stg_tax_sharing__registration_message') }}
    where department_code is not null and source_system is not null and unit_no is not null
    qualify row_number() over (partition by department_code, source_system, unit_no order by received_at desc, message_no desc) = 1

),

front as (

    select
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        received_at,
        state_code,
        processed_at,
        fail_reason
    from {{ ref('stg_tax_mgmt__front_registration') }}
    where department_code is not null and source_system is not null and unit_no is not null
    qualify row_number() over (partition by department_code, source_system, unit_no order by received_at desc, front_no desc) = 1

),

kept_types as (

    select
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        unit_type_code,
        kept_at
    from {{ ref('stg_tax_registry__unit_type') }}

),

refused_agencies as (

    select
        department_code,
        agency_code
    from {{ ref('stg_tax_registry__agency_scope') }}
    where
        handles_code = 'N'
        and coalesce(valid_from_date <= {{ as_of_date() }}, true)
        and coalesce(valid_to_date >= {{ as_of_date() }}, true)

),

registrations as (

    select
        registration_key,
        department_code,
        agency_code,
        unit_type_code,
        base_sent_at,
        enrolment_sent_at
    from {{ ref('int_registration') }}

)

select
    registrations.registration_key,
    support.received_at,
    support.validation_code,
    coalesce(support.is_pushed, false) as is_pushed,
    support.pushed_at,
    coalesce(support.is_written_back, false) as is_written_back,
    shared.received_at as shared_at,
    coalesce(shared.is_pushed, false) as is_shared_pushed,
    shared.pushed_at as shared_pushed_at,
    front.received_at as front_received_at,
    front.state_code as front_state_code,
    front.processed_at as front_processed_at,
    front.fail_reason as front_fail_reason,
    coalesce(kept_types.unit_type_code, registrations.unit_type_code) as kept_unit_type_code,
    kept_types.kept_at as unit_type_kept_at,
    refused_agencies.agency_code is not null as is_agency_out_of_scope,
    coalesce(registrations.enrolment_sent_at < registrations.base_sent_at, false) as is_enrolment_first
from registrations
left join support on registrations.registration_key = support.registration_key
left join shared on registrations.registration_key = shared.registration_key
left join front on registrations.registration_key = front.registration_key
left join kept_types on registrations.registration_key = kept_types.registration_key
left join refused_agencies
    on
        registrations.department_code = refused_agencies.department_code
        and registrations.agency_code = refused_agencies.agency_code

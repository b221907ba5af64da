-- Employers' registrations at the end of each week and month: tied to a taxpayer, marked invalid, bound and confirmed in the client. History is that
-- of the registrations that stand at as_of. Grain: registration × snapshot. Internal.
with snapshots as (
    {{ metric_snapshots(['week', 'month']) }}
),

registrations as (
    select
        registration.registration_key,
        registration.bureau_code,
        registration.town_code,
        registration.department_code,
        registration.agency_code,
        registration.unit_type_code,
        registration.source_system,
        cast(coalesce(registration.base_sent_at, registration.enrolment_sent_at) as date) as since_date,
        registration.is_valid,
        registration.is_ended,
        coalesce(not fee.is_valid, false) as is_marked_invalid,
        case when registration.is_associated then cast(registration.associated_at as date) end as associated_date,
        registration.is_associated,
        client.bound_date,
        client.unbound_date,
        coalesce(client.asked_items, 0) as asked_items,
        client.confirmed_date
    from {{ ref('int_registration') }} as registration
    left join {{ ref('int_fee_registration') }} as fee
        on registration.registration_key = fee.registration_key and fee.is_current
    left join {{ ref('int_client_registration') }} as client on registration.registration_key = client.registration_key
    where registration.has_base or registration.has_enrolment
),

stood as (
    select
        snapshots.period_type,
        snapshots.period,
        registrations.*,
        registrations.since_date between snapshots.begin_date and snapshots.end_date as is_new,
        registrations.is_associated and coalesce(registrations.associated_date <= snapshots.end_date, true) as was_associated,
        coalesce(
            registrations.bound_date <= snapshots.end_date
            and (registrations.unbound_date is null or registrations.unbound_date > snapshots.end_date),
            false
        ) as was_bound,
        coalesce(registrations.confirmed_date <= snapshots.end_date, false) as was_confirmed
    from registrations
    inner join snapshots on coalesce(registrations.since_date, snapshots.end_date) <= snapshots.end_date
)

select
    period_type,
    period,
    registration_key,
    bureau_code,
    town_code,
    department_code,
    agency_code,
    unit_type_code,
    source_system,
    coalesce(is_new, false) as is_new,
    is_valid,
    is_ended,
    is_marked_invalid,
    is_valid and was_associated as is_associated,
    is_valid and (was_associated{% if var('a9_02_invalid_is_clean') %} or is_marked_invalid{% endif %}) as is_clean,
    is_valid and was_associated and was_bound as is_bound,
    is_valid and was_associated and was_confirmed as is_confirmed,
    is_valid and was_associated{% if var('a9_05_of_bound') %} and was_bound{% endif %} as is_to_confirm
from stood

-- Bookings of a month's batch deduction, the latest of each registration and month, and whether the to-deduct list could be made.
-- Grain: booking_key (registration_key × period).
with bookings as (

    select
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        period,
        agency_code,
        bureau_code,
        booked_at,
        generated_code,
        generated_at,
        fail_reason
    from {{ ref('stg_tax_registry__batch_booking') }}
    where department_code is not null and source_system is not null and unit_no is not null and period is not null
    qualify row_number() over (partition by department_code, source_system, unit_no, period order by booked_at desc, booking_no desc) = 1

)

select
    {{ key_of(['bookings.registration_key', 'bookings.period']) }} as booking_key,
    bookings.registration_key,
    bookings.period,
    bookings.agency_code,
    coalesce(authorities.bureau_code, bookings.bureau_code) as bureau_code,
    bookings.booked_at,
    bookings.generated_code,
    bookings.generated_at,
    bookings.fail_reason
from bookings
left join {{ ref('int_tax_authority') }} as authorities on bookings.bureau_code = authorities.authority_code

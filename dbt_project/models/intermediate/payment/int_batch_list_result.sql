-- Whether the to-deduct list could be made for a registration that booked a month's batch deduction; the latest booking of the month decides.
-- Grain: registration_key × period.
select
    {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
    period,
    generated_code,
    fail_reason
from {{ ref('stg_tax_registry__batch_booking') }}
where department_code is not null and source_system is not null and unit_no is not null and period is not null
qualify row_number() over (
    partition by department_code, source_system, unit_no, period
    order by booked_at desc, booking_no desc
) = 1

-- The latest bills of units that initialised their staff for self-declaration: those of the unit's latest billed month. Grain: bill_key.
with units as (

    select
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        min(initialised_at) as initialised_at
    from {{ ref('stg_tax_registry__staff_roster') }}
    group by department_code, source_system, unit_no

)

select
    bills.bill_key,
    bills.registration_key,
    bills.department_code,
    bills.notice_serial,
    bills.batch_no,
    bills.period,
    bills.sent_at,
    coalesce(bills.origin_code, '1') <> '3' as is_ordinary,
    bills.person_count as header_person_count,
    {{ decimal18('bills.amount') }} as header_amount,
    {{ decimal18('bills.detail_amount') }} as detail_amount
from {{ ref('int_bill') }} as bills
inner join units on bills.registration_key = units.registration_key
where bills.is_valid and bills.has_detail and not bills.is_project and bills.period is not null
-- whoever is billed twice in the month is looked at in both bills
qualify dense_rank() over (
    partition by bills.registration_key
    order by bills.period desc
) = 1

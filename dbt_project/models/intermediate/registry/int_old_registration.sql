-- Registrations of the old Nanning system as they were when medical insurance was split off, and whether they carried it then.
-- Grain: registration_key (those of HRSS, system NNSB: the old system lives on there).
with enrolments as (

    select
        enrolled.unit_no,
        max(case
            when
                enrolled.old_item_code in ('04', '06')
                and coalesce(enrolled.started_date <= units.split_date, true)
                and coalesce(enrolled.ended_date >= units.split_date, enrolled.status_code = '1')
                then 1
            else 0
        end) as medical
    from {{ ref('stg_tax_registry__old_enrolment') }} as enrolled
    inner join {{ ref('stg_tax_registry__old_registration') }} as units on enrolled.unit_no = units.unit_no
    group by enrolled.unit_no

)

select
    {{ key_of(["'HRSS'", "'NNSB'", 'units.unit_no']) }} as registration_key,
    units.unit_no,
    units.unit_name,
    {{ name_norm('units.unit_name') }} as name_norm,
    units.uscc,
    {{ identity_key('units.uscc') }} as identity_key,
    units.agency_code,
    units.town_code,
    coalesce(units.status_code, '1') = '1' as is_valid,
    units.split_date,
    coalesce(enrolments.medical, 0) = 1 as has_medical_at_split
from {{ ref('stg_tax_registry__old_registration') }} as units
left join enrolments on units.unit_no = enrolments.unit_no

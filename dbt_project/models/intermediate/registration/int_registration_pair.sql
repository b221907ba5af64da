-- Which HRSS and NHSA registrations belong to one employer, and by what they are known to:
-- one identity key, one tax registration that both are associated to, or one taxpayer number.
-- A blank identity equals nothing. Grain: HRSS registration × NHSA registration, rows withdrawn upstream left out.
with registration as (
    select
        registration.registration_key,
        registration.department_code,
        registration.identity_key,
        case when registration.is_associated then registration.taxpayer_key end as taxpayer_key,
        case when registration.is_associated then taxpayer.taxpayer_no_norm end as taxpayer_no_norm
    from {{ ref('int_registration') }} as registration
    left join {{ ref('int_taxpayer') }} as taxpayer
        on registration.taxpayer_key = taxpayer.taxpayer_key
    where registration.has_base or registration.has_enrolment
),

hrss as (
    select * from registration where department_code = 'HRSS'
),

nhsa as (
    select * from registration where department_code = 'NHSA'
),

known_by as (
    select
        hrss.registration_key as hrss_registration_key,
        nhsa.registration_key as nhsa_registration_key,
        1 as by_identity,
        0 as by_taxpayer,
        0 as by_taxpayer_no
    from hrss
    inner join nhsa on hrss.identity_key = nhsa.identity_key

    union all

    select
        hrss.registration_key as hrss_registration_key,
        nhsa.registration_key as nhsa_registration_key,
        0 as by_identity,
        1 as by_taxpayer,
        0 as by_taxpayer_no
    from hrss
    inner join nhsa on hrss.taxpayer_key = nhsa.taxpayer_key

    union all

    select
        hrss.registration_key as hrss_registration_key,
        nhsa.registration_key as nhsa_registration_key,
        0 as by_identity,
        0 as by_taxpayer,
        1 as by_taxpayer_no
    from hrss
    inner join nhsa on hrss.taxpayer_no_norm = nhsa.taxpayer_no_norm
)

select
    hrss_registration_key,
    nhsa_registration_key,
    max(by_identity) = 1 as has_same_identity,
    max(by_taxpayer) = 1 as has_same_taxpayer,
    max(by_taxpayer_no) = 1 as has_same_taxpayer_no
from known_by
group by hrss_registration_key, nhsa_registration_key

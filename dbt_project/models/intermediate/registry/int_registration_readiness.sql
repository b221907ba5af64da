-- Whether a valid registration can be carried into collection by tax alone: it is tied to a normal taxpayer of its own identity, to the same one
-- as the other department's registration, and its unit type is right. Projects only are left out. Grain: registration_key.
with registrations as (

    select
        registrations.registration_key,
        registrations.department_code,
        registrations.bureau_code,
        registrations.identity_key,
        registrations.is_associated,
        registrations.taxpayer_key,
        tax.kept_unit_type_code as unit_type_code,
        coalesce(length({{ code_norm('registrations.uscc') }}) in (9, 10, 15, 18), false) as has_sound_code
    from {{ ref('int_registration') }} as registrations
    inner join {{ ref('int_registration_tax') }} as tax on registrations.registration_key = tax.registration_key
    where registrations.is_valid and not registrations.is_project_only

),

sides as (

    select
        hrss_registration_key as registration_key,
        nhsa_registration_key as other_registration_key
    from {{ ref('int_registration_pair') }}
    where has_same_identity
    union all
    select
        nhsa_registration_key as registration_key,
        hrss_registration_key as other_registration_key
    from {{ ref('int_registration_pair') }}
    where has_same_identity

),

counterparts as (

    select
        sides.registration_key,
        max(case when own.taxpayer_key <> other.taxpayer_key then other.taxpayer_key end) as other_taxpayer_key,
        max(case when own.unit_type_code <> other.unit_type_code then other.unit_type_code end) as other_unit_type_code
    from sides
    inner join registrations as own on sides.registration_key = own.registration_key
    inner join registrations as other on sides.other_registration_key = other.registration_key
    group by sides.registration_key

)

select
    registrations.registration_key,
    registrations.department_code,
    registrations.bureau_code,
    registrations.unit_type_code,
    counterparts.other_taxpayer_key,
    counterparts.other_unit_type_code,
    list.unit_type_code as listed_unit_type_code,
    registrations.is_associated
    and coalesce(taxpayers.status_code = '03', false)
    and coalesce(registrations.identity_key = taxpayers.identity_key, false) as is_tied_to_tax,
    counterparts.other_taxpayer_key is null as is_tied_across,
    registrations.unit_type_code is not null
    and coalesce(registrations.unit_type_code = list.unit_type_code, counterparts.other_unit_type_code is null) as is_unit_type_right,
    case
        when not registrations.has_sound_code then 'identity_missing'
        when not registrations.is_associated then 'not_associated'
        when coalesce(taxpayers.status_code, '') <> '03' then 'taxpayer_not_normal'
        when not coalesce(registrations.identity_key = taxpayers.identity_key, false) then 'identity_differs'
        when counterparts.other_taxpayer_key is not null then 'taxpayer_differs'
        when registrations.unit_type_code is null then 'unit_type_missing'
        when registrations.unit_type_code <> list.unit_type_code then 'unit_type_not_listed'
        when list.unit_type_code is null and counterparts.other_unit_type_code is not null then 'unit_type_differs'
    end as reason_code
from registrations
left join counterparts on registrations.registration_key = counterparts.registration_key
left join {{ ref('int_taxpayer') }} as taxpayers on registrations.taxpayer_key = taxpayers.taxpayer_key
left join {{ ref('int_unit_type_list') }} as list on registrations.identity_key = list.identity_key

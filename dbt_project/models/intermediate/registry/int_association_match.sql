-- Valid registrations without an association (of some one stood once), and the taxpayer that matches each completely, where there is exactly one: same
-- name, status normal, entity type as the unit type wants, no contradicting credit code, not taken by the same department.
-- Grain: registration_key.
with open_registrations as (

    select
        registrations.registration_key,
        registrations.department_code,
        registrations.name_norm,
        registrations.identity_key,
        registrations.unit_type_code,
        registrations.is_project_only,
        registrations.fee_registration_no is not null as was_tied
    from {{ ref('int_registration') }} as registrations
    where
        registrations.is_valid
        and not registrations.is_associated
        and registrations.has_base

),

taken as (

    select
        department_code,
        taxpayer_key
    from {{ ref('int_registration') }}
    where is_associated and is_valid and not is_project_only
    group by department_code, taxpayer_key

),

same_name as (

    select
        open_registrations.registration_key,
        coalesce(taxpayers.identity_key = open_registrations.identity_key, false) as is_same_identity,
        count(*) as match_count,
        max(taxpayers.taxpayer_key) as taxpayer_key,
        max(case when taken.taxpayer_key is not null and not open_registrations.is_project_only then 1 else 0 end) as taken
    from open_registrations
    inner join {{ ref('int_taxpayer') }} as taxpayers on open_registrations.name_norm = taxpayers.name_norm
    left join taken
        on
            open_registrations.department_code = taken.department_code
            and taxpayers.taxpayer_key = taken.taxpayer_key
    where
        taxpayers.status_code = '03'
        and taxpayers.entity_type_code = case when open_registrations.unit_type_code = '92' then '1120' else '1110' end
        and coalesce(taxpayers.identity_key = open_registrations.identity_key, true)
    group by
        open_registrations.registration_key,
        coalesce(taxpayers.identity_key = open_registrations.identity_key, false)

),

-- a taxpayer of the same code goes before those without one
matches as (

    select *
    from same_name
    qualify row_number() over (partition by registration_key order by is_same_identity desc) = 1

)

select
    open_registrations.registration_key,
    open_registrations.was_tied,
    coalesce(matches.match_count, 0) as match_count,
    coalesce(matches.match_count = 1 and matches.taken = 0, false) as has_complete_match,
    case when matches.match_count = 1 and matches.taken = 0 then matches.taxpayer_key end as matched_taxpayer_key,
    coalesce(matches.is_same_identity, false) as has_same_identity
from open_registrations
left join matches on open_registrations.registration_key = matches.registration_key

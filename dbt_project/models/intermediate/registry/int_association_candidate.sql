-- Taxpayers that a medical registration may belong to that cannot be associated in bulk (no complete match, or a tie that was cancelled), with how alike the names are. Candidates come by blocks, never
-- by comparing all with all: one identity, or one piece of the name (its first two characters, or its second to fourth) after legal form and
-- place are taken off. A taxpayer is known by its name and by the name that the old Nanning system had for its code (a former name).
-- Grain: registration_key × taxpayer_key.
with registrations as (

    select
        registrations.registration_key,
        registrations.identity_key,
        registrations.name_norm,
        {{ name_core('registrations.name_norm') }} as name_core
    from {{ ref('int_association_match') }} as matches
    inner join {{ ref('int_registration') }} as registrations on matches.registration_key = registrations.registration_key
    where
        (matches.was_tied or not matches.has_complete_match)
        and registrations.department_code = 'NHSA'
        and registrations.name_norm is not null

),

names as (

    select
        taxpayer_key,
        identity_key,
        name_norm,
        false as is_former
    from {{ ref('int_taxpayer') }}
    where name_norm is not null
    union all
    select
        taxpayers.taxpayer_key,
        taxpayers.identity_key,
        old.name_norm,
        true as is_former
    from {{ ref('int_taxpayer') }} as taxpayers
    inner join {{ ref('int_old_registration') }} as old on taxpayers.identity_key = old.identity_key
    where old.name_norm <> taxpayers.name_norm

),

cores as (

    select
        taxpayer_key,
        identity_key,
        name_norm,
        is_former,
        {{ name_core('name_norm') }} as name_core
    from names

),

registration_blocks as (

    select
        registration_key,
        name_norm,
        name_core,
        identity_key,
        'code:' || identity_key as block
    from registrations
    where identity_key is not null
    union all
    select
        registration_key,
        name_norm,
        name_core,
        identity_key,
        'head:' || substr(name_core, 1, 2) as block
    from registrations
    where length(name_core) >= 2
    union all
    select
        registration_key,
        name_norm,
        name_core,
        identity_key,
        'middle:' || substr(name_core, 2, 3) as block
    from registrations
    where length(name_core) >= 4

),

taxpayer_blocks as (

    select
        taxpayer_key,
        name_norm,
        name_core,
        identity_key,
        is_former,
        'code:' || identity_key as block
    from cores
    where identity_key is not null
    union all
    select
        taxpayer_key,
        name_norm,
        name_core,
        identity_key,
        is_former,
        'head:' || substr(name_core, 1, 2) as block
    from cores
    where length(name_core) >= 2
    union all
    select
        taxpayer_key,
        name_norm,
        name_core,
        identity_key,
        is_former,
        'middle:' || substr(name_core, 2, 3) as block
    from cores
    where length(name_core) >= 4

),

pairs as (

    select
        registration_blocks.registration_key,
        taxpayer_blocks.taxpayer_key,
        registration_blocks.name_norm as registration_name,
        taxpayer_blocks.name_norm as taxpayer_name,
        registration_blocks.name_core as registration_core,
        taxpayer_blocks.name_core as taxpayer_core,
        taxpayer_blocks.is_former,
        max(case when registration_blocks.identity_key = taxpayer_blocks.identity_key then 1 else 0 end) as same_identity,
        max(case when registration_blocks.identity_key <> taxpayer_blocks.identity_key then 1 else 0 end) as other_identity
    from registration_blocks
    inner join taxpayer_blocks on registration_blocks.block = taxpayer_blocks.block
    group by
        registration_blocks.registration_key,
        taxpayer_blocks.taxpayer_key,
        registration_blocks.name_norm,
        taxpayer_blocks.name_norm,
        registration_blocks.name_core,
        taxpayer_blocks.name_core,
        taxpayer_blocks.is_former

),

scored as (

    select
        registration_key,
        taxpayer_key,
        same_identity = 1 as has_same_identity,
        other_identity = 1 as has_other_identity,
        is_former,
        registration_name = taxpayer_name as has_same_name,
        {{ name_similarity('registration_core', 'taxpayer_core') }} as name_score
    from pairs

)

select
    registration_key,
    taxpayer_key,
    has_same_identity,
    has_other_identity,
    is_former as is_former_name,
    has_same_name,
    name_score
from scored
qualify row_number() over (partition by registration_key, taxpayer_key order by name_score desc, is_former) = 1

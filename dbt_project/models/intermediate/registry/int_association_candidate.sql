-- Taxpayers that a medical registration may belong to that cannot be associated in bulk (no complete match, or a tie that was cancelled), with how alike the names are. Candidates come by blocks, never
-- by comparing all with all: one identity, or three of the first four characters of the name, in their order, after legal form and place are taken off: so one
-- character that is wrong, missing or too many leaves a piece that both have. A taxpayer is known by its name and by the name that the old Nanning system had for its code (a former name).
-- Grain: registration_key × taxpayer_key.
with taken as (

    select distinct taxpayer_key
    from {{ ref('int_registration') }}
    where department_code = 'NHSA' and is_associated and is_valid and not is_project_only

),

registrations as (

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

{%- set sides = {'registration': ('registrations', 'registration_key'), 'taxpayer': ('cores', 'taxpayer_key, is_former')} %}
{%- set pieces = [
    ("length(name_core) >= 4", "substr(name_core, 1, 3)"),
    ("length(name_core) >= 4", "substr(name_core, 2, 3)"),
    ("length(name_core) >= 4", "substr(name_core, 1, 1) || substr(name_core, 3, 2)"),
    ("length(name_core) >= 4", "substr(name_core, 1, 2) || substr(name_core, 4, 1)"),
    ("length(name_core) in (2, 3)", "name_core"),
    ("length(name_core) = 3", "substr(name_core, 1, 2)"),
    ("length(name_core) = 3", "substr(name_core, 2, 2)"),
    ("length(name_core) = 3", "substr(name_core, 1, 1) || substr(name_core, 3, 1)"),
] %}
{%- for side, (relation, keys) in sides.items() %}
{{ side }}_blocks as (
    {%- for condition, piece in pieces %}

    select
        {{ keys }},
        {{ piece }} as block
    from {{ relation }}
    where {{ condition }}
    union all
    {%- endfor %}

    select
        {{ keys }},
        'code:' || identity_key as block
    from {{ relation }}
    where identity_key is not null

),
{% endfor %}
-- keys alone, so that few bytes go through the widest place
paired as (

    select distinct
        registration_blocks.registration_key,
        taxpayer_blocks.taxpayer_key,
        taxpayer_blocks.is_former
    from registration_blocks
    inner join taxpayer_blocks on registration_blocks.block = taxpayer_blocks.block

),

pairs as (

    select
        paired.registration_key,
        paired.taxpayer_key,
        paired.is_former,
        registrations.name_norm as registration_name,
        cores.name_norm as taxpayer_name,
        registrations.name_core as registration_core,
        cores.name_core as taxpayer_core,
        coalesce(registrations.identity_key = cores.identity_key, false) as has_same_identity,
        coalesce(registrations.identity_key <> cores.identity_key, false) as has_other_identity
    from paired
    inner join registrations on paired.registration_key = registrations.registration_key
    inner join cores on paired.taxpayer_key = cores.taxpayer_key and paired.is_former = cores.is_former

),

scored as (

    select
        registration_key,
        taxpayer_key,
        has_same_identity,
        has_other_identity,
        is_former,
        registration_name = taxpayer_name as has_same_name,
        {{ name_similarity('registration_core', 'taxpayer_core') }} as name_score
    from pairs

)

select
    scored.registration_key,
    scored.taxpayer_key,
    scored.has_same_identity,
    scored.has_other_identity,
    scored.is_former as is_former_name,
    scored.has_same_name,
    scored.name_score,
    taken.taxpayer_key is not null as is_taken
from scored
left join taken on scored.taxpayer_key = taken.taxpayer_key
qualify row_number() over (partition by scored.registration_key, scored.taxpayer_key order by scored.name_score desc, scored.is_former) = 1

-- The right unit type of an employer as the latest list of a section says, by its identity, or by its name where the list gives no code.
-- Grain: list_key (identity:… or name:…).
with lists as (

    select
        {{ identity_key('uscc') }} as identity_key,
        case when {{ identity_key('uscc') }} is null then {{ name_norm('unit_name') }} end as name_norm,
        unit_type_code,
        list_no,
        row_no,
        supplied_by,
        supplied_at
    from {{ ref('stg_tax_registry__unit_type_list') }}
    where unit_type_code is not null

)

select
    coalesce('identity:' || identity_key, 'name:' || name_norm) as list_key,
    identity_key,
    name_norm,
    unit_type_code,
    list_no,
    supplied_by,
    supplied_at
from lists
where identity_key is not null or name_norm is not null
qualify row_number() over (partition by identity_key, name_norm order by supplied_at desc, list_no desc, row_no desc) = 1

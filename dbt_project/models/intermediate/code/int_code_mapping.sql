-- Old codes of towns, villages, kinds of persons and unit types with the new code that they were mapped to, whether that code exists,
-- and how many persons of the old pension and medical systems still carry the old one. A code that persons carry and nobody has
-- entered is here too. Grain: code_type × old_code.
with persons as (
    {%- for code_type, column in {'JDXZ': 'old_town_code', 'RYLB': 'old_person_kind_code'}.items() %}

    select
        '{{ code_type }}' as code_type,
        {{ column }} as old_code,
        cast(count(*) as bigint) as person_count
    from {{ ref('int_legacy_match') }}
    where {{ column }} is not null
    group by {{ column }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

valid_codes as (

    select
        case level when 'town' then 'JDXZ' else 'CSQ' end as code_type,
        division_code as code
    from {{ ref('ref_division') }}
    where level in ('town', 'village')
    union all
    select
        'RYLB' as code_type,
        kind_code as code
    from {{ ref('ref_person_kind') }}
    union all
    select
        'DWLX' as code_type,
        unit_type_code as code
    from {{ ref('ref_unit_type') }}

),

codes as (

    select
        coalesce(mapping.code_type, persons.code_type) as code_type,
        coalesce(mapping.old_code, persons.old_code) as old_code,
        mapping.old_code is not null as is_entered,
        mapping.old_name,
        mapping.new_code,
        mapping.new_name,
        mapping.state_code,
        mapping.mapped_date,
        cast(mapping.updated_at as date) as updated_date,
        coalesce(persons.person_count, 0) as person_count
    from {{ ref('stg_tax_registry__code_mapping') }} as mapping
    full outer join persons on mapping.code_type = persons.code_type and mapping.old_code = persons.old_code

)

select
    {{ key_of(['codes.code_type', 'codes.old_code']) }} as code_key,
    codes.code_type,
    codes.old_code,
    codes.is_entered,
    codes.old_name,
    codes.new_code,
    codes.new_name,
    codes.mapped_date,
    codes.updated_date,
    codes.person_count,
    case
        when not codes.is_entered then 'not_entered'
        when codes.state_code = '2' then 'unused'
        when codes.new_code is null or codes.state_code = '0' then 'not_mapped'
        when valid_codes.code is null then 'target_unknown'
        else 'mapped'
    end as mapping_state
from codes
left join valid_codes on codes.code_type = valid_codes.code_type and codes.new_code = valid_codes.code

-- Persons on a roster of a cadre, with the import that holds them last and what matching found. 名册人员明细表. Grain: cadre_key × roster_person_no.
with source as (

    select * from {{ source('tax_cadre', 'GB_DRMX') }}

),

renamed as (

    select
        {{ code_norm('CGXH') }} as cadre_key,
        {{ code_norm('MXXH') }} as roster_person_no,
        {{ code_norm('DRXH') }} as import_no,
        {{ clean_text('XM') }} as person_name,
        {{ code_norm('SFZJLX_DM') }} as id_type_code,
        {{ code_norm('SFZJHM') }} as id_number,
        case
            when PPSJ > {{ as_of_end() }} then '0'
            else {{ code_norm('PPZT_DM') }}
        end as match_code,
        {{ known_value(code_norm('RYBH'), 'PPSJ') }} as person_no,
        {{ known_value('PPSJ', 'PPSJ') }} as matched_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('GXSJ') }}

)

select *
from renamed
{{ current_row(['cadre_key', 'roster_person_no'], 'updated_at') }}

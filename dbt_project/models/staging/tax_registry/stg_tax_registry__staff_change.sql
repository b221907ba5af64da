-- Additions and removals of staff that employers declared. 单位增减员申报表. Grain: change_no.
with source as (

    select * from {{ source('tax_registry', 'YG_ZJY') }}

),

renamed as (

    select
        {{ code_norm('ZJXH') }} as change_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('RYBH') }} as person_no,
        {{ code_norm('ZJHM') }} as id_number,
        {{ clean_text('XM') }} as person_name,
        {{ code_norm('ZJLX_DM') }} as change_code,
        {{ code_norm('SXNY') }} as period,
        JFJS as base_amount,
        SBSJ as declared_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('SBSJ') }}

)

select *
from renamed
{{ current_row(['change_no'], 'updated_at') }}

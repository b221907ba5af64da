-- The support platform's copy of a registration's association, as last synced from the management system. 支撑平台户籍关联副本. Grain: department_code × unit_no × source_system.
with source as (

    select * from {{ source('tax_registry', 'ZC_HJGL') }}

),

renamed as (

    select
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        {{ code_norm('ZGSWSKFJ_DM') }} as section_code,
        {{ code_norm('GLZT_DM') }} as association_code,
        TBSJ as synced_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('TBSJ') }}

)

select *
from renamed
{{ current_row(['department_code', 'unit_no', 'source_system'], 'updated_at') }}

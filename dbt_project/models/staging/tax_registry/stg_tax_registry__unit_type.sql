-- The unit type that the tax bureau keeps of a registration, beside the one that the department sent. 单位类型维护表. Grain: department_code × unit_no × source_system.
with source as (

    select * from {{ source('tax_registry', 'DWLX_WH') }}

),

renamed as (

    select
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('CSDWLX_DM') }} as sent_unit_type_code,
        {{ code_norm('DWLX_DM') }} as unit_type_code,
        {{ code_norm('WHFS_DM') }} as upkeep_code,
        CSSJ as taken_at,
        {{ known_value('WHSJ', 'WHSJ') }} as kept_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('CSSJ') }}

)

select *
from renamed
{{ current_row(['department_code', 'unit_no', 'source_system'], 'updated_at') }}

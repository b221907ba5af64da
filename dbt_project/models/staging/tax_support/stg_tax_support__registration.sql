-- Registrations that the support platform received, with the bureau it assigned. 支撑平台户籍接收表. Grain: department_code × unit_no × source_system.
with source as (

    select * from {{ source('tax_support', 'ZC_DWXX') }}

),

renamed as (

    select
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ clean_text('DWMC') }} as unit_name,
        {{ code_norm('SHXYDM') }} as uscc,
        {{ code_norm('JBJG_DM') }} as agency_code,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        {{ code_norm('ZGSWSKFJ_DM') }} as section_code,
        JSSJ as received_at,
        {{ code_norm('JYZT_DM') }} as validation_code,
        {{ known_flag('TSBZ', '1', 'TSSJ') }} as is_pushed,
        {{ known_value('TSSJ', 'TSSJ') }} as pushed_at,
        {{ known_flag('FXBZ', '1', 'FXSJ') }} as is_written_back,
        {{ known_value('FXSJ', 'FXSJ') }} as written_back_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('JSSJ') }}

)

select *
from renamed
{{ current_row(['department_code', 'unit_no', 'source_system'], 'updated_at') }}

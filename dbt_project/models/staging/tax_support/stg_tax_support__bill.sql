-- Bills that the support platform received, checked, pushed and wrote back. 支撑平台征集接收表. Grain: department_code × notice_serial × batch_no.
with source as (

    select * from {{ source('tax_support', 'ZC_ZJXX') }}

),

renamed as (

    select
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('JBJG_DM') }} as agency_code,
        {{ code_norm('FKSSQ') }} as period,
        ZJE as amount,
        ZRS as person_count,
        JSSJ as received_at,
        {{ code_norm('JYZT_DM') }} as validation_code,
        {{ clean_text('LJYY') }} as intercept_reason,
        {{ known_flag('TSBZ', '1', 'TSSJ') }} as is_pushed,
        {{ known_value('TSSJ', 'TSSJ') }} as pushed_at,
        {{ known_flag('FXBZ', '1', 'FXSJ') }} as is_written_back,
        {{ known_value('FXSJ', 'FXSJ') }} as written_back_at,
        {{ known_value('HXSJ', 'HXSJ') }} as write_off_at,
        {{ known_flag('ZFBZ', 'Y', 'ZFSJ') }} as is_voided,
        {{ known_value('ZFSJ', 'ZFSJ') }} as voided_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('JSSJ') }}

)

select *
from renamed
{{ current_row(['department_code', 'notice_serial', 'batch_no'], 'updated_at') }}

-- Construction project that a bill of HRSS belongs to, as HRSS sent it. 征集工程项目信息表. Grain: notice_serial × batch_no.
with source as (

    select * from {{ source('hrss', 'RS_ZJGC') }}

),

renamed as (

    select
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('AAB001') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('XMBH') }} as project_no,
        {{ clean_text('XMMC') }} as project_name,
        {{ clean_text('XMDZ') }} as project_address,
        {{ code_norm('XZQH_DM') }} as district_code,
        CSSJ as sent_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('CSSJ') }}

)

select *
from renamed
{{ current_row(['notice_serial', 'batch_no'], 'updated_at') }}

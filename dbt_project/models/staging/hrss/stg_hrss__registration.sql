-- What HRSS sent about a unit (base information). 单位基础信息表. Grain: unit_no × source_system.
with source as (

    select * from {{ source('hrss', 'RS_DWJBXX') }}

),

renamed as (

    select
        {{ code_norm('AAB001') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ clean_text('AAB004') }} as unit_name,
        {{ code_norm('AAB003') }} as uscc,
        {{ code_norm('YAB003') }} as agency_code,
        {{ code_norm('AAB019') }} as unit_type_code,
        {{ code_norm('XZQH_DM') }} as district_code,
        {{ code_norm('JDXZ_DM') }} as town_code,
        {{ clean_text('AAE006') }} as address,
        {{ clean_text('AAE004') }} as contact_name,
        {{ clean_text('AAE005') }} as contact_phone,
        case
            when ZZRQ > {{ as_of_date() }} then '1'
            else {{ code_norm('HJZT_DM') }}
        end as status_code,
        {{ known_value('ZZRQ', 'ZZRQ') }} as ended_date,
        not {{ known_flag('DQBZ', '1', 'DQSJ') }} as is_unread,
        {{ known_value('DQSJ', 'DQSJ') }} as read_at,
        {{ known_flag('CXBZ', 'Y', 'CXSJ') }} as is_withdrawn,
        {{ known_value('CXSJ', 'CXSJ') }} as withdrawn_at,
        CSSJ as sent_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('CSSJ') }}

)

select *
from renamed
{{ current_row(['unit_no', 'source_system'], 'updated_at') }}

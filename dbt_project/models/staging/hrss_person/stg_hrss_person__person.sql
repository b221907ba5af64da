-- A person as HRSS knows him under a number (base information). 人员基础信息表. Grain: person_no × source_system.
with source as (

    select * from {{ source('hrss_person', 'RS_RYJBXX') }}

),

renamed as (

    select
        {{ code_norm('AAC001') }} as person_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('AAC058') }} as id_type_code,
        {{ code_norm('AAC002') }} as id_number,
        {{ clean_text('AAC003') }} as person_name,
        {{ code_norm('AAC004') }} as sex_code,
        AAC006 as birth_date,
        {{ clean_text('AAE005') }} as mobile,
        {{ clean_text('AAE006') }} as address,
        {{ code_norm('YAB003') }} as agency_code,
        {{ code_norm('AAB301') }} as district_code,
        {{ code_norm('JDXZ_DM') }} as town_code,
        {{ code_norm('CSQ_DM') }} as village_code,
        {{ code_norm('RYLB_DM') }} as person_kind_code,
        CJSJ as created_at,
        {{ known_value('FSSJ', 'FSSJ') }} as sent_at,
        not {{ known_flag('DQBZ', '1', 'DQSJ') }} as is_unread,
        {{ known_value('DQSJ', 'DQSJ') }} as read_at,
        {{ known_flag('CXBZ', 'Y', 'CXSJ') }} as is_withdrawn,
        {{ known_value('CXSJ', 'CXSJ') }} as withdrawn_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('CJSJ') }}

)

select *
from renamed
{{ current_row(['person_no', 'source_system'], 'updated_at') }}

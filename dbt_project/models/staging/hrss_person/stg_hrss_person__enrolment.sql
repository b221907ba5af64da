-- A person number in an insurance of HRSS. 人员参保信息表. Grain: person_no × source_system × agency_item_code.
with source as (

    select * from {{ source('hrss_person', 'RS_RYCB') }}

),

renamed as (

    select
        {{ code_norm('AAC001') }} as person_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('AAE140') }} as agency_item_code,
        {{ code_norm('YAB003') }} as agency_code,
        {{ code_norm('JDXZ_DM') }} as town_code,
        {{ code_norm('CSQ_DM') }} as village_code,
        AAC030 as enrolled_date,
        {{ code_norm('AAC031') }} as enrolment_status_code,
        TBRQ as suspended_date,
        ZZRQ as enrolment_ended_date,
        {{ code_norm('ZZYY') }} as end_reason_code,
        DYKSRQ as benefits_date,
        DYZTRQ as benefits_suspended_date,
        JFDC as tier_amount,
        YJJS as base_amount,
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
{{ current_row(['person_no', 'source_system', 'agency_item_code'], 'updated_at') }}

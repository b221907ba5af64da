-- Two person numbers of HRSS that became one. 人员编号合并表. Grain: merged_person_no × source_system.
with source as (

    select * from {{ source('hrss_person', 'RS_RYHB') }}

),

renamed as (

    select
        {{ code_norm('BHBBH') }} as merged_person_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('BLBH') }} as kept_person_no,
        HBSJ as merged_at,
        {{ known_value('FSSJ', 'FSSJ') }} as sent_at,
        not {{ known_flag('DQBZ', '1', 'DQSJ') }} as is_unread,
        {{ known_value('DQSJ', 'DQSJ') }} as read_at,
        {{ known_flag('CXBZ', 'Y', 'CXSJ') }} as is_withdrawn,
        {{ known_value('CXSJ', 'CXSJ') }} as withdrawn_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('HBSJ') }}

)

select *
from renamed
{{ current_row(['merged_person_no', 'source_system'], 'updated_at') }}

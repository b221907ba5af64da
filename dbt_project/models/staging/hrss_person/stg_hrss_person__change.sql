-- A change of a person number at HRSS: death, moved away, suspended, benefits, and so on. 人员变更表. Grain: change_no.
with source as (

    select * from {{ source('hrss_person', 'RS_RYBD') }}

),

renamed as (

    select
        {{ code_norm('BDLSH') }} as change_no,
        {{ code_norm('AAC001') }} as person_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('AAE140') }} as agency_item_code,
        {{ code_norm('BDLX') }} as change_kind_code,
        BDRQ as change_date,
        JBSJ as registered_at,
        {{ known_value('FSSJ', 'FSSJ') }} as sent_at,
        not {{ known_flag('DQBZ', '1', 'DQSJ') }} as is_unread,
        {{ known_value('DQSJ', 'DQSJ') }} as read_at,
        {{ known_flag('CXBZ', 'Y', 'CXSJ') }} as is_withdrawn,
        {{ known_value('CXSJ', 'CXSJ') }} as withdrawn_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('JBSJ') }}

)

select *
from renamed
{{ current_row(['change_no'], 'updated_at') }}

-- What HRSS sent about a unit's insurance items. 单位参保险种表. Grain: unit_no × source_system × agency_item_code.
with source as (

    select * from {{ source('hrss', 'RS_DWCBXZ') }}

),

renamed as (

    select
        {{ code_norm('AAB001') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('AAE140') }} as agency_item_code,
        AAE030 as enrolled_date,
        {{ known_value('AAE031', 'AAE031') }} as enrolment_ended_date,
        {{ code_norm('CBZT_DM') }} as enrolment_status_code,
        {{ known_flag('GCXMBZ', 'Y') }} as is_project,
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
{{ current_row(['unit_no', 'source_system', 'agency_item_code'], 'updated_at') }}

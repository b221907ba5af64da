-- Bills that HRSS sent: totals. 征集汇总表. Grain: notice_serial × batch_no.
with source as (

    select * from {{ source('hrss', 'RS_ZJHZ') }}

),

renamed as (

    select
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('AAB001') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('YAB003') }} as agency_code,
        {{ code_norm('FKSSQ') }} as period,
        {{ code_norm('ZJLY_DM') }} as origin_code,
        {{ known_flag('GCXMBZ', 'Y') }} as is_project,
        ZRS as person_count,
        ZJE as amount,
        {{ known_flag('YXBZ', 'N', 'ZFSJ') }} as is_voided,
        {{ known_value('ZFSJ', 'ZFSJ') }} as voided_at,
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
{{ current_row(['notice_serial', 'batch_no'], 'updated_at') }}

-- A one-off amount that HRSS priced for a person. 人员特殊缴费表. Grain: notice_serial.
with source as (

    select * from {{ source('hrss_person', 'RS_TSJF') }}

),

renamed as (

    select
        {{ code_norm('TZLSH') }} as notice_serial,
        {{ code_norm('AAC001') }} as person_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('AAE140') }} as agency_item_code,
        {{ code_norm('TSJFLX') }} as special_kind_code,
        JE as due_amount,
        SSQQ as period_begin_date,
        SSQZ as period_end_date,
        {{ code_norm('ZTDM') }} as special_status_code,
        HDSJ as assessed_at,
        {{ known_value('FSSJ', 'FSSJ') }} as sent_at,
        not {{ known_flag('DQBZ', '1', 'DQSJ') }} as is_unread,
        {{ known_value('DQSJ', 'DQSJ') }} as read_at,
        {{ known_flag('CXBZ', 'Y', 'CXSJ') }} as is_withdrawn,
        {{ known_value('CXSJ', 'CXSJ') }} as withdrawn_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('HDSJ') }}

)

select *
from renamed
{{ current_row(['notice_serial'], 'updated_at') }}

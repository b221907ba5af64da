-- What tax returned to HRSS about settlements (入库). 入库回盘表. Grain: return_no.
with source as (

    select * from {{ source('hrss', 'RS_RKHP') }}

),

renamed as (

    select
        {{ code_norm('HPXH') }} as return_no,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('AAB001') }} as unit_no,
        {{ code_norm('AAE140') }} as agency_item_code,
        {{ code_norm('DZSPHM') }} as ticket_no,
        RKJE as amount,
        RKRQ as business_date,
        HPSJ as returned_at,
        {{ known_flag('CXBZ', 'Y') }} as is_withdrawn,
        not {{ known_flag('DQBZ', '1', 'DQSJ') }} as is_unread,
        {{ known_value('DQSJ', 'DQSJ') }} as read_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('HPSJ') }}

)

select *
from renamed
{{ current_row(['return_no'], 'updated_at') }}

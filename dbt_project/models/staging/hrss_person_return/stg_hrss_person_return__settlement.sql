-- What tax returned to HRSS about persons' settlements (入库). 人员入库回盘表. Grain: return_no.
with source as (

    select * from {{ source('hrss_person_return', 'RS_RYRKHP') }}

),

renamed as (

    select
        {{ code_norm('HPXH') }} as return_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('AAC001') }} as person_no,
        {{ code_norm('AAC002') }} as person_id_number,
        {{ clean_text('AAC003') }} as person_name,
        {{ code_norm('AAE140') }} as agency_item_code,
        {{ code_norm('YAB003') }} as agency_code,
        {{ code_norm('AAE041') }} as period_begin,
        {{ code_norm('AAE042') }} as period_end,
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

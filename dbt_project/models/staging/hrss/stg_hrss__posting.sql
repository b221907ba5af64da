-- Money that HRSS posted to its books. 人社登账表. Grain: posting_no.
with source as (

    select * from {{ source('hrss', 'RS_DZ') }}

),

renamed as (

    select
        {{ code_norm('DZXH') }} as posting_no,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('AAE140') }} as agency_item_code,
        {{ code_norm('DZSPHM') }} as ticket_no,
        DZJE as amount,
        DZRQ as posted_date,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('DZRQ') }}

)

select *
from renamed
{{ current_row(['posting_no'], 'updated_at') }}

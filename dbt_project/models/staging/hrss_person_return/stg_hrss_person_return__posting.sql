-- What HRSS booked of persons' payments, and when it told tax. 人员登账表. Grain: posting_no.
with source as (

    select * from {{ source('hrss_person_return', 'RS_RYDZ') }}

),

renamed as (

    select
        {{ code_norm('DZXH') }} as posting_no,
        {{ code_norm('HPXH') }} as return_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('AAC001') }} as person_no,
        {{ code_norm('AAE140') }} as agency_item_code,
        DZJE as amount,
        DZSJ as posted_at,
        {{ known_value('FKSJ', 'FKSJ') }} as fed_back_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('DZSJ') }}

)

select *
from renamed
{{ current_row(['posting_no'], 'updated_at') }}

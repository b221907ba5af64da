-- Bills that HRSS sent: one line for each person, item and part. 征集明细表. Grain: notice_serial × batch_no × detail_no.
-- Lines are only ever appended, so no line stands for another: no window over the largest table.
with source as (

    select * from {{ source('hrss', 'RS_ZJMX') }}

),

renamed as (

    select
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        MXXH as detail_no,
        {{ code_norm('AAB001') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('AAC001') }} as person_no,
        {{ code_norm('AAC002') }} as person_id_number,
        {{ clean_text('AAC003') }} as person_name,
        {{ code_norm('AAE140') }} as agency_item_code,
        {{ code_norm('JFBF_DM') }} as payment_part_code,
        JFJS as contribution_base,
        JE as amount,
        CSSJ as sent_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('CSSJ') }}

)

select *
from renamed
where notice_serial is not null and batch_no is not null and detail_no is not null

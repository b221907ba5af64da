-- Bills that HRSS sent: one line for each insurance item. 征集处理表. Grain: notice_serial × batch_no × line_no.
with source as (

    select * from {{ source('hrss', 'RS_ZJCL') }}

),

renamed as (

    select
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        XH as line_no,
        {{ code_norm('AAB001') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('AAE140') }} as agency_item_code,
        {{ known_flag('GCXMBZ', 'Y') }} as is_project,
        RS as person_count,
        DWJE as employer_amount,
        GRJE as person_amount,
        HJJE as amount,
        CSSJ as sent_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('CSSJ') }}

)

select *
from renamed
{{ current_row(['notice_serial', 'batch_no', 'line_no'], 'updated_at') }}

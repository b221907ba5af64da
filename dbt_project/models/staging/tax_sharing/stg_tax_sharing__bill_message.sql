-- Bill messages on the sharing platform. 共享平台征集报文表. Grain: message_no.
with source as (

    select * from {{ source('tax_sharing', 'GX_ZJXX') }}

),

renamed as (

    select
        {{ code_norm('BWXH') }} as message_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        JSSJ as received_at,
        {{ known_flag('TSBZ', '1', 'TSSJ') }} as is_pushed,
        {{ known_value('TSSJ', 'TSSJ') }} as pushed_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('JSSJ') }}

)

select *
from renamed
{{ current_row(['message_no'], 'updated_at') }}

-- Registration messages on the sharing platform. 共享平台户籍报文表. Grain: message_no.
with source as (

    select * from {{ source('tax_sharing', 'GX_DWXX') }}

),

renamed as (

    select
        {{ code_norm('BWXH') }} as message_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
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

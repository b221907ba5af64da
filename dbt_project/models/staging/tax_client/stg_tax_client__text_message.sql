-- Text messages asked for in the client and their delivery receipts. 客户端短信日志表. Grain: message_no.
with source as (

    select * from {{ source('tax_client', 'KHD_DXRZ') }}

),

renamed as (

    select
        {{ code_norm('DXLSH') }} as message_no,
        {{ code_norm('YHXH') }} as client_account_key,
        {{ clean_text('SJHM') }} as mobile,
        {{ code_norm('YYS_DM') }} as carrier_code,
        {{ code_norm('YWLX_DM') }} as purpose_code,
        FSSJ as sent_at,
        {{ known_value('HZSJ', 'HZSJ') }} as receipt_at,
        {{ code_norm('HZZT_DM') }} as receipt_code,
        {{ code_norm('SBYY_DM') }} as failure_code,
        {{ clean_text('SBYY') }} as failure_text,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('FSSJ') }}

)

select *
from renamed
{{ current_row(['message_no'], 'updated_at') }}

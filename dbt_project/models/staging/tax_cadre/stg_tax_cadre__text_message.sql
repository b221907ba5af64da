-- Text messages to cadres and their delivery receipts. 村干短信日志表. Grain: message_no.
with source as (

    select * from {{ source('tax_cadre', 'GB_DXRZ') }}

),

renamed as (

    select
        {{ code_norm('DXLSH') }} as message_no,
        {{ code_norm('CGXH') }} as cadre_key,
        {{ clean_text('SJHM') }} as mobile,
        {{ code_norm('YWLX_DM') }} as purpose_code,
        FSSJ as sent_at,
        {{ known_value('HZSJ', 'HZSJ') }} as receipt_at,
        {{ code_norm('HZZT_DM') }} as receipt_code,
        {{ code_norm('SBYY_DM') }} as failure_code,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('FSSJ') }}

)

select *
from renamed
{{ current_row(['message_no'], 'updated_at') }}

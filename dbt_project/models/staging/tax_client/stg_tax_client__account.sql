-- Accounts of the handlers (经办人) who work with the employer client. 客户端账户表. Grain: client_account_key.
with source as (

    select * from {{ source('tax_client', 'KHD_ZH') }}

),

renamed as (

    select
        {{ code_norm('YHXH') }} as client_account_key,
        {{ clean_text('YHXM') }} as user_name,
        {{ code_norm('SFZJLX_DM') }} as id_type_code,
        {{ code_norm('SFZJHM') }} as id_number,
        {{ clean_text('SJHM') }} as mobile,
        {{ code_norm('ZCDJXH') }} as taxpayer_key,
        {{ code_norm('ZCZD_DM') }} as terminal_code,
        ZCSJ as registered_at,
        {{ known_flag('SMRZBZ', 'Y') }} as is_verified,
        case
            when ZXSJ > {{ as_of_end() }} then '1'
            else {{ code_norm('ZHZT_DM') }}
        end as status_code,
        {{ known_value('ZXSJ', 'ZXSJ') }} as cancelled_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('ZCSJ') }}

)

select *
from renamed
{{ current_row(['client_account_key'], 'updated_at') }}

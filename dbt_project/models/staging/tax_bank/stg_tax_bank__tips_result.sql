-- Answers of the treasury system to real-time, batch and bank-side payments, with the raw code and text of the bank. TIPS返回结果表. Grain: trade_serial.
with source as (

    select * from {{ source('tax_bank', 'TIPS_JG') }}

),

renamed as (

    select
        {{ code_norm('JYLSH') }} as trade_serial,
        {{ code_norm('KKXH') }} as deduction_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('BWLX_DM') }} as message_code,
        {{ code_norm('JYLX_DM') }} as trade_type_code,
        {{ code_norm('JKFS_DM') }} as pay_kind_code,
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        {{ code_norm('SKGK_DM') }} as treasury_code,
        {{ code_norm('FKHHH') }} as bank_no,
        {{ clean_text('FKZH') }} as account_no,
        JYJE as amount,
        FSSJ as sent_at,
        {{ known_value('YHCLSJ', 'YHCLSJ') }} as bank_done_at,
        {{ known_value('FHSJ', 'FHSJ') }} as returned_at,
        {{ known_value(code_norm('YSFHDM'), 'YHCLSJ') }} as raw_return_code,
        {{ known_value(clean_text('YSFHXX'), 'YHCLSJ') }} as raw_return_text,
        {{ known_value(code_norm('CLZT_DM'), 'YHCLSJ') }} as state_code,
        {{ known_value('GKRQ', 'YHCLSJ') }} as treasury_date,
        {{ known_value(code_norm('DZBS_DM'), 'DZSJ') }} as check_code,
        {{ known_value('DZSJ', 'DZSJ') }} as checked_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('FSSJ') }}

)

select *
from renamed
{{ current_row(['trade_serial'], 'updated_at') }}

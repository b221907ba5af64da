-- Verifications of tri-party agreements by the bank, with its raw code and text. 三方协议验证结果表. Grain: check_no.
with source as (

    select * from {{ source('tax_bank', 'XY_YZJG') }}

),

renamed as (

    select
        {{ code_norm('YZXH') }} as check_no,
        {{ code_norm('XYXH') }} as agreement_key,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('KHYHHH') }} as bank_no,
        {{ clean_text('ZHMC') }} as account_name,
        {{ clean_text('YHZH') }} as account_no,
        {{ code_norm('YZLX_DM') }} as check_type_code,
        FSSJ as sent_at,
        {{ known_value('FHSJ', 'FHSJ') }} as returned_at,
        {{ known_value(code_norm('YSFHDM'), 'FHSJ') }} as raw_return_code,
        {{ known_value(clean_text('YSFHXX'), 'FHSJ') }} as raw_return_text,
        {{ known_value(code_norm('YZJG_DM'), 'FHSJ') }} as result_code,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('FSSJ') }}

)

select *
from renamed
{{ current_row(['check_no'], 'updated_at') }}

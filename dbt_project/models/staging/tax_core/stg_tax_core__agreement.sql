-- Tri-party agreements (三方协议); one that ends after as_of is still in force. 三方协议表. Grain: agreement_key.
with source as (

    select * from {{ source('tax_core', 'SF_SFXY') }}

),

renamed as (

    select
        {{ code_norm('XYXH') }} as agreement_key,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('NSRSBH') }} as taxpayer_no,
        {{ code_norm('YHHB_DM') }} as bank_code,
        {{ code_norm('KHYHHH') }} as branch_bank_no,
        {{ clean_text('ZHMC') }} as account_name,
        {{ clean_text('YHZH') }} as account_no,
        {{ known_flag('PKBZ', 'Y') }} as is_batch,
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        {{ code_norm('YZZT_DM') }} as verify_code,
        case
            when ZZRQ > {{ as_of_date() }} then '1'
            else {{ code_norm('XYZT_DM') }}
        end as status_code,
        QYRQ as signed_date,
        {{ known_value('ZZRQ', 'ZZRQ') }} as ended_date,
        {{ code_norm('QYQD_DM') }} as channel_code,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('QYRQ') }}

)

select *
from renamed
{{ current_row(['agreement_key'], 'updated_at') }}

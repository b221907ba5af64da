-- Signing, verifying, confirming, changing and ending of tri-party agreements by channel. 三方协议签约确认日志表. Grain: operation_no.
-- A log: lines are only ever appended, so no line stands for another.
with source as (

    select * from {{ source('tax_client', 'KHD_QYRZ') }}

),

renamed as (

    select
        {{ code_norm('QYLSH') }} as operation_no,
        {{ code_norm('XYXH') }} as agreement_key,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('YHXH') }} as client_account_key,
        {{ code_norm('CZLX_DM') }} as operation_code,
        {{ code_norm('BLQD_DM') }} as place_code,
        {{ code_norm('CZJG_DM') }} as result_code,
        {{ clean_text('SBYY') }} as failure_text,
        {{ code_norm('BLJG_DM') }} as handling_bureau_code,
        CZSJ as operated_at
    from source
    where {{ not_after_as_of('CZSJ') }}

)

select *
from renamed
where operation_no is not null

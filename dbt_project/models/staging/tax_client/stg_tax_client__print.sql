-- Prints of tax certificates, online and at the counter, also those refused. 票据打印日志表. Grain: print_no.
-- A log: lines are only ever appended, so no line stands for another.
with source as (

    select * from {{ source('tax_client', 'KHD_PZDY') }}

),

renamed as (

    select
        {{ code_norm('DYLSH') }} as print_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('PZZL_DM') }} as certificate_code,
        {{ code_norm('BLQD_DM') }} as place_code,
        {{ code_norm('YHXH') }} as client_account_key,
        {{ code_norm('BLJG_DM') }} as handling_bureau_code,
        DYSJ as printed_at,
        {{ code_norm('DYJG_DM') }} as result_code,
        {{ code_norm('SBYY_DM') }} as failure_code,
        {{ clean_text('SBYY') }} as failure_text
    from source
    where {{ not_after_as_of('DYSJ') }}

)

select *
from renamed
where print_no is not null

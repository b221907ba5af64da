-- Payments of tickets by place and channel, in the client or at the counter; batch deductions have no place. 缴费日志表. Grain: payment_no.
with source as (

    select * from {{ source('tax_client', 'KHD_JFRZ') }}

),

renamed as (

    select
        {{ code_norm('JFLSH') }} as payment_no,
        {{ code_norm('YHXH') }} as client_account_key,
        {{ code_norm('BLQD_DM') }} as place_code,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('JKFS_DM') }} as channel_code,
        JKJE as amount,
        {{ code_norm('XYXH') }} as agreement_key,
        {{ code_norm('BLJG_DM') }} as handling_bureau_code,
        CZSJ as operated_at,
        case
            when WCSJ > {{ as_of_end() }} then '0'
            else {{ code_norm('JFZT_DM') }}
        end as status_code,
        {{ known_value('WCSJ', 'WCSJ') }} as finished_at,
        {{ known_value(code_norm('FHDM'), 'WCSJ') }} as return_code,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('CZSJ') }}

)

select *
from renamed
{{ current_row(['payment_no'], 'updated_at') }}

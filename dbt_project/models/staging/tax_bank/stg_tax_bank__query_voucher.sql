-- Requests for vouchers of bank-side query payments, with or without a number. 银行端查询缴税凭证表. Grain: request_no.
with source as (

    select * from {{ source('tax_bank', 'YHD_PZ') }}

),

renamed as (

    select
        {{ code_norm('QQXH') }} as request_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        {{ code_norm('KJQD_DM') }} as issue_channel_code,
        {{ code_norm('PZHM') }} as voucher_no,
        PZJE as amount,
        QQSJ as requested_at,
        {{ code_norm('HQJG_DM') }} as result_code,
        {{ clean_text('SBYY') }} as failure_reason,
        {{ known_value('DYSJ', 'DYSJ') }} as printed_at,
        YXQZ as valid_until,
        {{ known_value('JKSJ', 'JKSJ') }} as paid_at,
        {{ code_norm('PZZT_DM') }} as state_code,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('QQSJ') }}

)

select *
from renamed
{{ current_row(['request_no'], 'updated_at') }}

-- Receipts of cash and POS payments taken by tax staff. 自收现金票据表. Grain: receipt_no.
with source as (

    select * from {{ source('tax_bank', 'XJ_PJ') }}

),

renamed as (

    select
        {{ code_norm('PJHM') }} as receipt_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        {{ code_norm('SKRY_DM') }} as cashier_code,
        {{ code_norm('SKFS_DM') }} as pay_kind_code,
        SKJE as amount,
        SKSJ as taken_at,
        {{ known_value(code_norm('HZXH'), 'HZSJ') }} as summary_no,
        {{ known_value('HZSJ', 'HZSJ') }} as summed_at,
        {{ known_flag('ZFBZ', 'Y', 'ZFSJ') }} as is_voided,
        {{ known_value('ZFSJ', 'ZFSJ') }} as voided_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('SKSJ') }}

)

select *
from renamed
{{ current_row(['receipt_no'], 'updated_at') }}

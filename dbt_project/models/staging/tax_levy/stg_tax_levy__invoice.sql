-- Invoices (缴款书), one line for each item of a ticket. 缴款书表. Grain: ticket_no × levy_subitem_code.
with source as (

    select * from {{ source('tax_levy', 'ZS_JKS') }}

),

renamed as (

    select
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        SJJE as amount,
        {{ code_norm('JKFS_DM') }} as channel_code,
        KJSJ as issued_at,
        {{ known_flag('ZFBZ', 'Y', 'ZFSJ') }} as is_voided,
        {{ known_value('ZFSJ', 'ZFSJ') }} as voided_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('KJSJ') }}

)

select *
from renamed
{{ current_row(['ticket_no', 'levy_subitem_code'], 'updated_at') }}

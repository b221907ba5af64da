-- Remittances (上解): the bank moved the money. 上解信息表. Grain: remittance_no.
with source as (

    select * from {{ source('tax_levy', 'ZS_SJXX') }}

),

renamed as (

    select
        {{ code_norm('SJXH') }} as remittance_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        SJJE as amount,
        SJRQ as remitted_date,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('SJRQ') }}

)

select *
from renamed
{{ current_row(['remittance_no'], 'updated_at') }}

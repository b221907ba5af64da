-- Bills that the support platform received: one line for each item. 支撑平台征集险种表. Grain: department_code × notice_serial × batch_no × levy_subitem_code.
with source as (

    select * from {{ source('tax_support', 'ZC_ZJMX') }}

),

renamed as (

    select
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        JE as amount,
        JSSJ as received_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('JSSJ') }}

)

select *
from renamed
{{ current_row(['department_code', 'notice_serial', 'batch_no', 'levy_subitem_code'], 'updated_at') }}

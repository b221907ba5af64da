-- Settlements (入库): the treasury booked the money. 入库信息表. Grain: settlement_no.
with source as (

    select * from {{ source('tax_levy', 'ZS_RKXX') }}

),

renamed as (

    select
        {{ code_norm('RKXH') }} as settlement_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        RKJE as amount,
        RKRQ as settled_date,
        {{ code_norm('SKGK_DM') }} as treasury_code,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('RKRQ') }}

)

select *
from renamed
{{ current_row(['settlement_no'], 'updated_at') }}

-- Results that the levy subsystem returned to the departments. 回盘信息表. Grain: return_no.
with source as (

    select * from {{ source('tax_levy', 'ZS_HPXX') }}

),

renamed as (

    select
        {{ code_norm('HPXH') }} as return_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('HPLX_DM') }} as return_type_code,
        HPJE as amount,
        HPSJ as returned_at,
        {{ code_norm('HPZT_DM') }} as return_state_code,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('HPSJ') }}

)

select *
from renamed
{{ current_row(['return_no'], 'updated_at') }}

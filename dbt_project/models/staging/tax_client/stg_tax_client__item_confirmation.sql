-- Insurance items of a tied registration that the client asks the employer to confirm. 客户端险种信息确认表. Grain: fee_registration_no × levy_subitem_code.
with source as (

    select * from {{ source('tax_client', 'KHD_XZQR') }}

),

renamed as (

    select
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        TSSJ as pushed_at,
        {{ code_norm('QRZT_DM') }} as confirmation_code,
        {{ code_norm('YHXH') }} as client_account_key,
        {{ known_value('QRSJ', 'QRSJ') }} as confirmed_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('TSSJ') }}

)

select *
from renamed
{{ current_row(['fee_registration_no', 'levy_subitem_code'], 'updated_at') }}

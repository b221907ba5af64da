-- Employers that settle retired soldiers. 安置退役士兵单位表. Grain: taxpayer_key.
with source as (

    select * from {{ source('tax_registry', 'TYSB_DW') }}

),

renamed as (

    select
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('SHXYDM') }} as uscc,
        {{ clean_text('DWMC') }} as unit_name,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        AZRS as settled_count,
        {{ clean_text('MDLY') }} as list_source,
        RDSJ as recognised_at,
        YXQZ as valid_to_date,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('RDSJ') }}

)

select *
from renamed
{{ current_row(['taxpayer_key'], 'updated_at') }}

-- The district codes that tax and HRSS agreed on for construction projects, with their bureau. 工程项目行政区划配置表. Grain: district_code.
with source as (

    select * from {{ source('tax_registry', 'GCXM_QH') }}

),

renamed as (

    select
        {{ code_norm('XZQH_DM') }} as district_code,
        {{ clean_text('QHMC') }} as district_name,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        YXQQ as valid_from_date,
        YXQZ as valid_to_date,
        GXSJ as updated_at
    from source

)

select *
from renamed
{{ current_row(['district_code'], 'updated_at') }}

-- Floor and ceiling of the monthly base by year. 缴费基数上下限表. Grain: base_year.
with source as (

    select * from {{ source('tax_registry', 'JS_SXX') }}

),

renamed as (

    select
        {{ code_norm('JSND') }} as base_year,
        JSXX as floor_amount,
        JSSX as ceiling_amount,
        YXQQ as valid_from_date,
        YXQZ as valid_to_date,
        GXSJ as updated_at
    from source

)

select *
from renamed
{{ current_row(['base_year'], 'updated_at') }}

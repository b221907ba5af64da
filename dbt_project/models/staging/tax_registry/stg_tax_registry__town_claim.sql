-- Which bureau claims a town, on what ground and since when; a zone and a district may claim the same one. 街道乡镇管辖归属表. Grain: town_code × bureau_code.
with source as (

    select * from {{ source('tax_registry', 'JDXZ_GX') }}

),

renamed as (

    select
        {{ code_norm('JDXZ_DM') }} as town_code,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        {{ clean_text('JDXZMC') }} as town_name,
        {{ code_norm('GXLX_DM') }} as claim_code,
        {{ clean_text('GXYJ') }} as ground,
        YXQQ as valid_from_date,
        YXQZ as valid_to_date,
        GXSJ as updated_at
    from source

)

select *
from renamed
{{ current_row(['town_code', 'bureau_code'], 'updated_at') }}

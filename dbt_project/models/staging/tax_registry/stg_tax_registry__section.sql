-- Sections and offices of the bureaus that keep employers. 税务科所表. Grain: section_code.
with source as (

    select * from {{ source('tax_registry', 'KS_XX') }}

),

renamed as (

    select
        {{ code_norm('ZGSWSKFJ_DM') }} as section_code,
        {{ clean_text('KSMC') }} as section_name,
        {{ code_norm('SSSWJ_DM') }} as bureau_code,
        YXQQ as valid_from_date,
        YXQZ as valid_to_date,
        GXSJ as updated_at
    from source

)

select *
from renamed
{{ current_row(['section_code'], 'updated_at') }}

-- The checks of the support platform on bills and registrations. 校验规则代码表. Grain: check_code.
with source as (

    select * from {{ source('tax_registry', 'DM_JYGZ') }}

),

renamed as (

    select
        {{ code_norm('JYGZ_DM') }} as check_code,
        {{ clean_text('GZMC') }} as check_name,
        {{ code_norm('GZDX_DM') }} as subject_code,
        {{ clean_text('GZSM') }} as check_text,
        {{ known_flag('YXBZ', 'Y') }} as is_valid,
        GXSJ as updated_at
    from source

)

select *
from renamed
{{ current_row(['check_code'], 'updated_at') }}

-- Accounting set-up of a fee item's employer and individual part in a bureau: budget subject, share, treasury. 会统配置表. Grain: setup_no.
with source as (

    select * from {{ source('tax_registry', 'HT_PZ') }}

),

renamed as (

    select
        {{ code_norm('PZXH') }} as setup_no,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        {{ code_norm('ZSXM_DM') }} as zsxm_code,
        {{ code_norm('ZSPM_DM') }} as zspm_code,
        {{ code_norm('JFBF_DM') }} as part_code,
        {{ code_norm('YSKM_DM') }} as budget_code,
        YSFPBL as budget_share,
        {{ code_norm('SKGK_DM') }} as treasury_code,
        YXQQ as valid_from_date,
        YXQZ as valid_to_date,
        GXSJ as updated_at
    from source

)

select *
from renamed
{{ current_row(['setup_no'], 'updated_at') }}

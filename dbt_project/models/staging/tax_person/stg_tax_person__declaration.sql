-- Declarations of persons who pay by themselves or by batch deduction. 自然人申报表. Grain: declaration_no.
with source as (

    select * from {{ source('tax_person', 'ZRR_SBXX') }}

),

renamed as (

    select
        {{ code_norm('SBXH') }} as declaration_no,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        SKSSQQ as period_begin_date,
        SKSSQZ as period_end_date,
        YBTSE as amount,
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        {{ code_norm('SBQD_DM') }} as channel_code,
        SBSJ as declared_at,
        {{ known_flag('ZFBZ', 'Y') }} as is_voided,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('SBSJ') }}

)

select *
from renamed
{{ current_row(['declaration_no'], 'updated_at') }}

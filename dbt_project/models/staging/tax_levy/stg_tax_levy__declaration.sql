-- Declarations, one for each item of a bill. 申报明细表. Grain: declaration_no.
with source as (

    select * from {{ source('tax_levy', 'ZS_SBXX') }}

),

renamed as (

    select
        {{ code_norm('SBXH') }} as declaration_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        SKSSQQ as period_begin_date,
        SKSSQZ as period_end_date,
        YBTSE as amount,
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        SBRQ as declared_date,
        SBSJ as declared_at,
        {{ known_flag('ZFBZ', 'Y') }} as is_voided,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('SBSJ') }}

)

select *
from renamed
{{ current_row(['declaration_no'], 'updated_at') }}

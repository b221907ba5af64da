-- Yearly declarations of the fund for the employment of disabled persons. 残疾人就业保障金申报表. Grain: declaration_no.
with source as (

    select * from {{ source('tax_registry', 'CBJ_SB') }}

),

renamed as (

    select
        {{ code_norm('SBXH') }} as declaration_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('NSRSBH') }} as taxpayer_no,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        {{ code_norm('SBND') }} as levy_year,
        SKSSQQ as period_from_date,
        SKSSQZ as period_to_date,
        SNZZZGRS as headcount,
        AZCJRRS as disabled_count,
        SNGZZE as wage_amount,
        YJFE as due_amount,
        JMFE as relief_amount,
        YBTSE as payable_amount,
        SBSJ as declared_at,
        {{ known_flag('ZFBZ', 'Y') }} as is_voided,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('SBSJ') }}

)

select *
from renamed
{{ current_row(['declaration_no'], 'updated_at') }}

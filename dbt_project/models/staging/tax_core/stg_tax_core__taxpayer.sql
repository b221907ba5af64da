-- Taxpayers of the tax register with their three contacts; a status that changes after as_of still reads as normal. 纳税人登记信息表. Grain: taxpayer_key.
with source as (

    select * from {{ source('tax_core', 'DJ_NSRXX') }}

),

renamed as (

    select
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('NSRSBH') }} as taxpayer_no,
        {{ code_norm('SHXYDM') }} as uscc,
        {{ clean_text('NSRMC') }} as taxpayer_name,
        case
            when ZTRQ > {{ as_of_date() }} then '03'
            else {{ code_norm('NSRZT_DM') }}
        end as status_code,
        {{ known_value('ZTRQ', 'ZTRQ') }} as status_date,
        {{ code_norm('KZZTDJLX_DM') }} as entity_type_code,
        {{ code_norm('DJZCLX_DM') }} as registration_type_code,
        {{ code_norm('HY_DM') }} as industry_code,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        {{ code_norm('ZGSWSKFJ_DM') }} as section_code,
        {{ code_norm('JDXZ_DM') }} as town_code,
        {{ clean_text('SCJYDZ') }} as address,
        {{ clean_text('FDDBRXM') }} as legal_person_name,
        {{ clean_text('FDDBRSJ') }} as legal_person_mobile,
        {{ clean_text('FDDBRGDDH') }} as legal_person_landline,
        {{ clean_text('CWFZRXM') }} as finance_name,
        {{ clean_text('CWFZRSJ') }} as finance_mobile,
        {{ clean_text('CWFZRGDDH') }} as finance_landline,
        {{ clean_text('BSRXM') }} as filer_name,
        {{ clean_text('BSRSJ') }} as filer_mobile,
        {{ clean_text('BSRGDDH') }} as filer_landline,
        DJRQ as registered_date,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('DJRQ') }}

)

select *
from renamed
{{ current_row(['taxpayer_key'], 'updated_at') }}

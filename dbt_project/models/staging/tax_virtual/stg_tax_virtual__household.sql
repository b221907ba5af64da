-- Virtual households: villages and schools that declare and pay for many persons. 虚拟户基本信息表. Grain: household_no.
with source as (

    select * from {{ source('tax_virtual', 'XNH_JBXX') }}

),

renamed as (

    select
        {{ code_norm('XNHBH') }} as household_no,
        {{ clean_text('XNHMC') }} as household_name,
        {{ code_norm('XNHLX_DM') }} as household_type_code,
        {{ code_norm('JDXZ_DM') }} as town_code,
        {{ code_norm('SQC_DM') }} as village_code,
        {{ code_norm('XXDM') }} as school_code,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        {{ code_norm('SBJBJG_DM') }} as agency_code,
        {{ clean_text('LXR') }} as contact_name,
        {{ clean_text('LXDH') }} as contact_phone,
        {{ clean_text('YHZH') }} as account_no,
        KHRQ as opened_date,
        {{ code_norm('HZT_DM') }} as status_code,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('KHRQ') }}

)

select *
from renamed
{{ current_row(['household_no'], 'updated_at') }}

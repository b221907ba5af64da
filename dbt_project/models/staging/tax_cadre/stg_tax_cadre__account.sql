-- Village cadres who use the module for natural persons. 村干账户表. Grain: cadre_key.
with source as (

    select * from {{ source('tax_cadre', 'GB_ZH') }}

),

renamed as (

    select
        {{ code_norm('CGXH') }} as cadre_key,
        {{ clean_text('CGXM') }} as cadre_name,
        {{ code_norm('SFZJLX_DM') }} as id_type_code,
        {{ code_norm('SFZJHM') }} as id_number,
        {{ clean_text('SJHM') }} as mobile,
        {{ code_norm('XZQHSZ_DM') }} as district_code,
        {{ code_norm('JDXZ_DM') }} as town_code,
        {{ code_norm('CSQ_DM') }} as village_code,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        {{ code_norm('GWLB_DM') }} as post_code,
        ZCSJ as registered_at,
        case
            when SHSJ > {{ as_of_end() }} then '0'
            else {{ code_norm('SHZT_DM') }}
        end as approval_code,
        {{ known_value('SHSJ', 'SHSJ') }} as approved_at,
        {{ known_value('TYSQSSJ', 'TYSQSSJ') }} as consent_signed_at,
        case
            when ZXSJ > {{ as_of_end() }} then '1'
            else {{ code_norm('ZHZT_DM') }}
        end as status_code,
        {{ known_value('ZXSJ', 'ZXSJ') }} as cancelled_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('ZCSJ') }}

)

select *
from renamed
{{ current_row(['cadre_key'], 'updated_at') }}

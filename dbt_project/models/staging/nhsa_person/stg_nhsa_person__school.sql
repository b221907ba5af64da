-- A school whose students are insured at city level. 学校信息表. Grain: school_code.
with source as (

    select * from {{ source('nhsa_person', 'SCHL_INFO_B') }}

),

renamed as (

    select
        {{ code_norm('SCHL_CODE') }} as school_code,
        {{ clean_text('SCHL_NAME') }} as school_name,
        {{ code_norm('SCHL_TYPE') }} as school_kind_code,
        {{ code_norm('USCC') }} as uscc,
        {{ code_norm('ADMDVS') }} as district_code,
        {{ code_norm('SUBD_CODE') }} as town_code,
        {{ code_norm('VIL_CODE') }} as village_code,
        {{ clean_text('CONER_NAME') }} as contact_name,
        {{ clean_text('CONER_TEL') }} as contact_phone,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('UPDT_TIME') }}

)

select *
from renamed
{{ current_row(['school_code'], 'updated_at') }}

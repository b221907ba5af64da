-- Registrations of the old Nanning system as imported when medical insurance was split off. 原南宁系统单位户籍. Grain: unit_no.
with source as (

    select * from {{ source('tax_registry', 'YXT_DWHJ') }}

),

renamed as (

    select
        {{ code_norm('DWBH') }} as unit_no,
        {{ clean_text('DWMC') }} as unit_name,
        {{ code_norm('SHXYDM') }} as uscc,
        {{ code_norm('JBJG_DM') }} as agency_code,
        {{ code_norm('XZQH_DM') }} as district_code,
        {{ code_norm('JDXZ_DM') }} as town_code,
        {{ code_norm('HJZT_DM') }} as status_code,
        ZZRQ as ended_date,
        BLRQ as split_date,
        DRSJ as imported_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('DRSJ') }}

)

select *
from renamed
{{ current_row(['unit_no'], 'updated_at') }}

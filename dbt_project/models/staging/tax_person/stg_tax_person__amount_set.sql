-- Amounts to be paid as set for a fee year, the latest of each registration. 应缴费额设置表. Grain: fee_registration_no.
with source as (

    select * from {{ source('tax_person', 'ZRR_YJF') }}

),

renamed as (

    select
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('RYBH') }} as person_no,
        JFND as fee_year,
        YJFE as amount,
        {{ code_norm('SZFS_DM') }} as setting_way_code,
        SZSJ as set_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('SZSJ') }}

)

select *
from renamed
{{ current_row(['fee_registration_no'], 'updated_at') }}

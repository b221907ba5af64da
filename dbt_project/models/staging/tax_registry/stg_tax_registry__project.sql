-- Register of construction projects with their insured units. 工程项目登记表. Grain: project_no.
with source as (

    select * from {{ source('tax_registry', 'GCXM_DJ') }}

),

renamed as (

    select
        {{ code_norm('XMBH') }} as project_no,
        {{ clean_text('XMMC') }} as project_name,
        {{ clean_text('XMDZ') }} as project_address,
        {{ code_norm('XZQH_DM') }} as district_code,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('DJXH') }} as taxpayer_key,
        HTJE as contract_amount,
        KGRQ as begin_date,
        JHJGRQ as planned_end_date,
        {{ code_norm('XMZT_DM') }} as project_state_code,
        DJSJ as registered_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('DJSJ') }}

)

select *
from renamed
{{ current_row(['project_no'], 'updated_at') }}

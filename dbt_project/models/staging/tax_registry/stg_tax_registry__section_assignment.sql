-- Which bureau and section a registration is assigned to, and since when. 户籍科所分配表. Grain: assignment_no.
with source as (

    select * from {{ source('tax_registry', 'KS_FP') }}

),

renamed as (

    select
        {{ code_norm('FPXH') }} as assignment_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        {{ code_norm('ZGSWSKFJ_DM') }} as section_code,
        {{ code_norm('FPFS_DM') }} as assign_code,
        FPSJ as assigned_at,
        {{ known_value('SXSJ', 'SXSJ') }} as ended_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('FPSJ') }}

)

select *
from renamed
{{ current_row(['assignment_no'], 'updated_at') }}

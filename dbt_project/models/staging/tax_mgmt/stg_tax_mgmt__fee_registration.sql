-- Fee registrations and the taxpayer each is tied to, as far as tied by as_of. 社保费登记关联表. Grain: fee_registration_no.
with source as (

    select * from {{ source('tax_mgmt', 'SB_DJXX') }}

),

renamed as (

    select
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        {{ code_norm('ZGSWSKFJ_DM') }} as section_code,
        {{ code_norm('JBJG_DM') }} as agency_code,
        case
            when GLSJ > {{ as_of_end() }} then '0'
            when QXGLSJ > {{ as_of_end() }} then '1'
            else coalesce({{ code_norm('GLZT_DM') }}, '0')
        end as association_code,
        {{ known_value('GLSJ', 'GLSJ') }} as associated_at,
        {{ known_value('QXGLSJ', 'QXGLSJ') }} as dissociated_at,
        not {{ known_flag('YXBZ', 'N') }} as is_valid,
        GXSJ as updated_at
    from source

)

select *
from renamed
{{ current_row(['fee_registration_no'], 'updated_at') }}

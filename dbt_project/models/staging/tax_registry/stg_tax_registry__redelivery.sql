-- Requests to deliver a registration or a bill again, and their outcome. 重新投递记录. Grain: redelivery_no.
with source as (

    select * from {{ source('tax_registry', 'CT_JL') }}

),

renamed as (

    select
        {{ code_norm('CTXH') }} as redelivery_no,
        {{ code_norm('CTDX_DM') }} as subject_code,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ clean_text('CTYY') }} as reason,
        SQSJ as requested_at,
        {{ known_value('CTSJ', 'CTSJ') }} as delivered_at,
        case
            when CTSJ > {{ as_of_end() }} then '0'
            else coalesce({{ code_norm('CTJG_DM') }}, '0')
        end as result_code,
        {{ known_value(clean_text('SBYY'), 'CTSJ') }} as fail_reason,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('SQSJ') }}

)

select *
from renamed
{{ current_row(['redelivery_no'], 'updated_at') }}

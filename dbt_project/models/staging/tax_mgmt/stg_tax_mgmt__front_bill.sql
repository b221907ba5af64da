-- Bills in the front database and whether they were processed. 前置库征集表. Grain: front_no.
with source as (

    select * from {{ source('tax_mgmt', 'QZ_ZJXX') }}

),

renamed as (

    select
        {{ code_norm('QZXH') }} as front_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        JRSJ as received_at,
        case
            when CLSJ > {{ as_of_end() }} then '0'
            else coalesce({{ code_norm('CLZT_DM') }}, '0')
        end as state_code,
        {{ known_value('CLSJ', 'CLSJ') }} as processed_at,
        {{ known_value(clean_text('SBYY'), 'CLSJ') }} as fail_reason,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('JRSJ') }}

)

select *
from renamed
{{ current_row(['front_no'], 'updated_at') }}

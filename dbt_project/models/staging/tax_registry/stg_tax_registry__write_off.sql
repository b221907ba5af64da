-- Write-offs of bills: started, passed to the sharing platform, and the result that came back. 征集单核销申请表. Grain: write_off_no.
with source as (

    select * from {{ source('tax_registry', 'HX_SQ') }}

),

renamed as (

    select
        {{ code_norm('HXXH') }} as write_off_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ clean_text('HXYY') }} as reason,
        FQSJ as started_at,
        {{ known_value('TSSJ', 'TSSJ') }} as shared_at,
        {{ known_value('FKSJ', 'FKSJ') }} as answered_at,
        case
            when FKSJ > {{ as_of_end() }} then '0'
            else coalesce({{ code_norm('HXZT_DM') }}, '0')
        end as state_code,
        {{ known_value(clean_text('SBYY'), 'FKSJ') }} as fail_reason,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('FQSJ') }}

)

select *
from renamed
{{ current_row(['write_off_no'], 'updated_at') }}

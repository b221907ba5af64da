-- Single pushes of bills by a clerk and what came of them. 征集单单笔推送记录. Grain: push_no.
with source as (

    select * from {{ source('tax_registry', 'ZC_DBTS') }}

),

renamed as (

    select
        {{ code_norm('TSXH') }} as push_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        TSSJ as pushed_at,
        {{ code_norm('TSJG_DM') }} as result_code,
        {{ clean_text('SBYY') }} as fail_reason,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('TSSJ') }}

)

select *
from renamed
{{ current_row(['push_no'], 'updated_at') }}

-- Bills that the support platform intercepted, with the check that failed. 征集单校验拦截结果. Grain: check_no.
with source as (

    select * from {{ source('tax_registry', 'ZC_JYJG') }}

),

renamed as (

    select
        {{ code_norm('JYXH') }} as check_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('JYGZ_DM') }} as check_code,
        {{ clean_text('YYMS') }} as reason,
        {{ code_norm('CLFS_DM') }} as handling_code,
        JYSJ as checked_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('JYSJ') }}

)

select *
from renamed
{{ current_row(['check_no'], 'updated_at') }}

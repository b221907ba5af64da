-- Registrations that failed a check, with the reason, and when it was solved. 户籍校验不通过结果. Grain: check_no.
with source as (

    select * from {{ source('tax_registry', 'ZC_HJJY') }}

),

renamed as (

    select
        {{ code_norm('JYXH') }} as check_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('JYGZ_DM') }} as check_code,
        {{ clean_text('YYMS') }} as reason,
        JYSJ as checked_at,
        {{ known_value('JJSJ', 'JJSJ') }} as solved_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('JYSJ') }}

)

select *
from renamed
{{ current_row(['check_no'], 'updated_at') }}

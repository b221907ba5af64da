-- Whether an agency handles employers' insurance of a department, and since when not. 经办机构业务范围表. Grain: agency_code × department_code.
with source as (

    select * from {{ source('tax_registry', 'JG_FW') }}

),

renamed as (

    select
        {{ code_norm('JBJG_DM') }} as agency_code,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('JBBZ') }} as handles_code,
        {{ clean_text('SM') }} as remark,
        YXQQ as valid_from_date,
        YXQZ as valid_to_date,
        GXSJ as updated_at
    from source

)

select *
from renamed
{{ current_row(['agency_code', 'department_code'], 'updated_at') }}

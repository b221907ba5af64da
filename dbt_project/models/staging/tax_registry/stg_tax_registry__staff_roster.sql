-- Staff of an employer as initialised for self-declaration, with the base of each person. 单位职工初始化表. Grain: department_code × unit_no × source_system × person_no.
with source as (

    select * from {{ source('tax_registry', 'YG_CSH') }}

),

renamed as (

    select
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('RYBH') }} as person_no,
        {{ code_norm('ZJHM') }} as id_number,
        {{ clean_text('XM') }} as person_name,
        CSJS as base_amount,
        CSSJ as initialised_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('CSSJ') }}

)

select *
from renamed
{{ current_row(['department_code', 'unit_no', 'source_system', 'person_no'], 'updated_at') }}

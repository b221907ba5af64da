-- Lists of units with the right unit type, supplied by a section. 单位类型核对清册. Grain: list_no × row_no.
with source as (

    select * from {{ source('tax_registry', 'DWLX_QC') }}

),

renamed as (

    select
        {{ code_norm('QCPCH') }} as list_no,
        XH as row_no,
        {{ code_norm('SHXYDM') }} as uscc,
        {{ clean_text('DWMC') }} as unit_name,
        {{ code_norm('ZQDWLX_DM') }} as unit_type_code,
        {{ clean_text('TGKS') }} as supplied_by,
        TGSJ as supplied_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('TGSJ') }}

)

select *
from renamed
{{ current_row(['list_no', 'row_no'], 'updated_at') }}

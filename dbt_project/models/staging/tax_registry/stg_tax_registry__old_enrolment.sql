-- Insurance items of the old Nanning system's registrations. 原南宁系统单位险种. Grain: unit_no × old_item_code.
with source as (

    select * from {{ source('tax_registry', 'YXT_DWXZ') }}

),

renamed as (

    select
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XZLX_DM') }} as old_item_code,
        CBKSRQ as started_date,
        CBZZRQ as ended_date,
        {{ code_norm('CBZT_DM') }} as status_code,
        DRSJ as imported_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('DRSJ') }}

)

select *
from renamed
{{ current_row(['unit_no', 'old_item_code'], 'updated_at') }}

-- Reads of exchange tables that took longer than their threshold. 慢查询记录表. Grain: read_no.
with source as (

    select * from {{ source('exchange_ops', 'JK_MCX') }}

),

renamed as (

    select
        {{ code_norm('CXXH') }} as read_no,
        {{ code_norm('XT_DM') }} as system_code,
        {{ code_norm('BM') }} as table_name,
        {{ clean_text('RWMC') }} as job_name,
        KSSJ as began_at,
        HS as elapsed_seconds,
        YZ as threshold_seconds,
        DQHS as row_count,
        {{ clean_text('DDSJ') }} as wait_event,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('KSSJ') }}

)

select *
from renamed
{{ current_row(['read_no'], 'updated_at') }}

-- Batches that could not be inserted into an exchange table, with the database's error, and when they went in after all. 交换库插入失败记录. Grain: failure_no.
with source as (

    select * from {{ source('exchange_ops', 'JK_CRSB') }}

),

renamed as (

    select
        {{ code_norm('SBXH') }} as failure_no,
        {{ code_norm('XT_DM') }} as system_code,
        {{ code_norm('BM') }} as table_name,
        {{ code_norm('YWLX_DM') }} as business_code,
        {{ code_norm('PCH') }} as batch_no,
        SBSJ as failed_at,
        SBHS as row_count,
        {{ code_norm('CWDM') }} as error_code,
        {{ clean_text('CWXX') }} as error_text,
        CFCS as retry_count,
        {{ known_value('HFSJ', 'HFSJ') }} as recovered_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('SBSJ') }}

)

select *
from renamed
{{ current_row(['failure_no'], 'updated_at') }}

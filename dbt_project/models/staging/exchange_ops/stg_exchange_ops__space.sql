-- Space of the exchange databases' tablespaces, measured daily. 表空间使用监测表. Grain: system_code × tablespace_name × measured_at.
with source as (

    select * from {{ source('exchange_ops', 'JK_KJ') }}

),

renamed as (

    select
        {{ code_norm('XT_DM') }} as system_code,
        {{ code_norm('BKJMC') }} as tablespace_name,
        CJSJ as measured_at,
        ZKJ as total_gb,
        YYKJ as used_gb,
        SYL as used_share,
        {{ known_flag('ZDKZBZ', 'Y') }} as is_autoextend,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('CJSJ') }}

)

select *
from renamed
{{ current_row(['system_code', 'tablespace_name', 'measured_at'], 'updated_at') }}

-- Heartbeats of each exchange system: state, response, connections, load. 系统心跳监测表. Grain: heartbeat_no.
with source as (

    select * from {{ source('exchange_ops', 'JK_XTXT') }}

),

renamed as (

    select
        {{ code_norm('XTXH') }} as heartbeat_no,
        {{ code_norm('XT_DM') }} as system_code,
        {{ clean_text('XTMC') }} as system_name,
        TXSJ as beat_at,
        {{ code_norm('ZT_DM') }} as state_code,
        XYHS as response_ms,
        LJS as connection_count,
        CPULYL as cpu_share,
        NCLYL as memory_share,
        {{ known_flag('JHWHBZ', 'Y') }} as is_maintenance,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('TXSJ') }}

)

select *
from renamed
{{ current_row(['heartbeat_no'], 'updated_at') }}

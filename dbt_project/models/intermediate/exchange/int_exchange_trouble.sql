-- Unbroken runs of heartbeats in which a system could not be reached, answered far slower than usual, or had no processor or memory left; and
-- systems whose heartbeat stopped while others went on. An announced maintenance is no trouble. Grain: system_code x kind x began_at.
with beats as (

    select * from {{ ref('int_exchange_beat') }}

),

kinds as (

    select
        'connection_lost' as kind,
        system_code,
        beat_at,
        heartbeat_no,
        is_down as is_bad,
        response_ms,
        usual_ms,
        cpu_share,
        memory_share
    from beats
    union all
    select
        'response_slow' as kind,
        system_code,
        beat_at,
        heartbeat_no,
        is_slow as is_bad,
        response_ms,
        usual_ms,
        cpu_share,
        memory_share
    from beats
    union all
    select
        'resource_exhausted' as kind,
        system_code,
        beat_at,
        heartbeat_no,
        is_exhausted as is_bad,
        response_ms,
        usual_ms,
        cpu_share,
        memory_share
    from beats

),

numbered as (

    select
        kinds.*,
        lead(beat_at) over (partition by system_code, kind order by beat_at, heartbeat_no) as next_beat_at,
        row_number() over (partition by system_code, kind order by beat_at, heartbeat_no)
        - row_number() over (partition by system_code, kind, is_bad order by beat_at, heartbeat_no) as run_no
    from kinds

),

runs as (

    select
        system_code,
        kind,
        min(beat_at) as began_at,
        max(beat_at) as last_bad_at,
        max(coalesce(next_beat_at, cast('9999-12-31' as timestamp))) as next_beat_at,
        count(*) as beat_count,
        median(response_ms) as response_ms,
        median(usual_ms) as usual_ms,
        max(cpu_share) as cpu_share,
        max(memory_share) as memory_share
    from numbered
    where is_bad
    group by system_code, kind, run_no

),

silent as (

    select
        beats.system_code,
        'heartbeat_missing' as kind,
        max(beats.beat_at) as began_at,
        max(moment.known_until) as last_bad_at,
        cast('9999-12-31' as timestamp) as next_beat_at,
        0 as beat_count,
        cast(null as double) as response_ms,
        cast(null as double) as usual_ms,
        cast(null as decimal(5, 2)) as cpu_share,
        cast(null as decimal(5, 2)) as memory_share
    from beats
    cross join {{ ref('int_exchange_moment') }} as moment
    where cast(moment.newest_beat_at as date) = {{ as_of_date() }}
    group by beats.system_code
    having max(beats.beat_at) + interval '{{ var("heartbeat_minutes", 30) }}' minute < max(moment.known_until)

),

troubles as (

    select * from runs
    union all
    select * from silent

)

select
    troubles.system_code,
    troubles.kind,
    troubles.began_at,
    troubles.last_bad_at,
    troubles.next_beat_at >= cast('9999-12-31' as timestamp) as is_ongoing,
    {{ minutes_between('troubles.began_at', 'least(troubles.next_beat_at, moment.known_until)') }} as minutes,
    troubles.beat_count,
    cast(troubles.response_ms as decimal(10, 1)) as response_ms,
    cast(troubles.usual_ms as decimal(10, 1)) as usual_ms,
    troubles.cpu_share,
    troubles.memory_share
from troubles
cross join {{ ref('int_exchange_moment') }} as moment

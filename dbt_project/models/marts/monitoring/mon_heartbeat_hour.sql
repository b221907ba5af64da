-- Heartbeats of each system by the hour over 30 days: what the chart of the health page draws. Grain: system_code x beat_hour_at.
select
    beat.system_code,
    date_trunc('hour', beat.beat_at) as beat_hour_at,
    count(*) as beat_count,
    count(case when beat.is_down then 1 end) as down_count,
    count(case when beat.is_slow then 1 end) as slow_count,
    count(case when beat.is_maintenance then 1 end) as maintenance_count,
    cast(median(beat.response_ms) as decimal(10, 1)) as response_ms,
    max(beat.usual_ms) as usual_ms,
    max(beat.cpu_share) as cpu_share,
    max(beat.memory_share) as memory_share
from {{ ref('int_exchange_beat') }} as beat
cross join {{ ref('int_exchange_moment') }} as moment
where beat.beat_at > moment.known_until - interval '30' day
group by beat.system_code, date_trunc('hour', beat.beat_at)

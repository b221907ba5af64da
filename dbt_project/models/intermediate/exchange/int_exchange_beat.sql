-- Heartbeats of the watched days with what is usual for that hour of a day of the same kind (working day or free day): the median response of the
-- days before as_of, once there are enough of them. Grain: heartbeat_no.
{% set days = var('monitor_history_days', 60) %}
{% set enough = var('monitor_enough_days', 5) %}
with beats as (

    select
        beat.heartbeat_no,
        beat.system_code,
        beat.system_name,
        beat.beat_at,
        cast(beat.beat_at as date) as beat_date,
        extract(hour from beat.beat_at) as beat_hour,
        calendar.is_workday,
        beat.state_code,
        beat.response_ms,
        beat.connection_count,
        beat.cpu_share,
        beat.memory_share,
        beat.is_maintenance
    from {{ ref('stg_exchange_ops__heartbeat') }} as beat
    inner join {{ ref('ref_calendar') }} as calendar on cast(beat.beat_at as date) = calendar.calendar_date
    where cast(beat.beat_at as date) >= cast({{ as_of_date() }} - interval '{{ days }}' day as date)

),

usual as (

    select
        system_code,
        is_workday,
        beat_hour,
        median(response_ms) as usual_ms
    from beats
    where beat_date < {{ as_of_date() }} and response_ms is not null and not is_maintenance
    group by system_code, is_workday, beat_hour
    having count(distinct beat_date) >= {{ enough }}

)

select
    beats.*,
    cast(usual.usual_ms as decimal(10, 1)) as usual_ms,
    beats.state_code = '3' and not beats.is_maintenance as is_down,
    coalesce(beats.state_code = '2' and beats.response_ms >= usual.usual_ms * {{ var('exchange_slow_ratio', 4) }}, false) as is_slow,
    coalesce(
        greatest(coalesce(beats.cpu_share, 0), coalesce(beats.memory_share, 0)) >= {{ var('exchange_resource_share', 95) }}, false
    ) as is_exhausted
from beats
left join usual
    on
        beats.system_code = usual.system_code
        and beats.is_workday = usual.is_workday
        and beats.beat_hour = usual.beat_hour

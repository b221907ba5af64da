-- Heartbeats of the newest 24 hours by the hour, those before by the day (at its midnight), within 30 days. Grain: system x hour or day.
select
    system_code,
    case
        when beat_hour_at > (select max(beat_hour_at) from mon_heartbeat_hour) - interval 24 hour then beat_hour_at
        else date_trunc('day', beat_hour_at)
    end as beat_hour_at,
    sum(beat_count) as beat_count,
    sum(down_count) as down_count,
    sum(slow_count) as slow_count,
    sum(maintenance_count) as maintenance_count
from mon_heartbeat_hour
group by 1, 2
order by 1, 2

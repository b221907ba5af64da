-- Heartbeats by the hour over 30 days. Grain: system x hour.
select
    system_code,
    beat_hour_at,
    beat_count,
    down_count,
    slow_count,
    maintenance_count,
    response_ms,
    usual_ms
from mon_heartbeat_hour
order by system_code, beat_hour_at

-- Outages, slowness, exhaustion and stopped heartbeats of 30 days, long ones and short ones, with whether each was long enough to be told.
-- Grain: system_code x kind x began_at.
select
    trouble.system_code,
    coalesce(known.system_name, trouble.system_code) as system_name,
    trouble.kind,
    trouble.began_at,
    trouble.last_bad_at,
    trouble.minutes,
    trouble.is_ongoing,
    trouble.response_ms,
    trouble.usual_ms,
    case
        when trouble.kind in ('connection_lost', 'heartbeat_missing') then trouble.minutes >= {{ var('exchange_outage_minutes', 60) }}
        else trouble.minutes >= {{ var('exchange_slow_minutes', 120) }}
    end as is_told
from {{ ref('int_exchange_trouble') }} as trouble
cross join {{ ref('int_exchange_moment') }} as moment
left join {{ ref('ref_exchange_system') }} as known on trouble.system_code = known.system_code
where trouble.began_at > moment.known_until - interval '30' day

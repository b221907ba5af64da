-- The moment up to which the exchange is known: the end of as_of, or, while that day is still going on, the newest heartbeat of any system and
-- the time to the next one. So ages within a running day are right, and no model asks a clock. Grain: one row.
{% set minutes = var('heartbeat_minutes', 30) %}
with newest as (

    select max(beat_at) as beat_at
    from {{ ref('stg_exchange_ops__heartbeat') }}

)

select
    case
        when cast(beat_at as date) = {{ as_of_date() }} then least(beat_at + interval '{{ minutes }}' minute, {{ as_of_end() }})
        else {{ as_of_end() }}
    end as known_until,
    beat_at as newest_beat_at
from newest

-- How each exchange system is now, over the last 24 hours and over 30 days: state, response against usual, outages, what is open. An announced maintenance
-- is no outage and does not count against availability. Grain: system_code.
{% set outage = var('exchange_outage_minutes', 60) %}
with beats as (

    select
        beat.*,
        moment.known_until,
        beat.beat_at > moment.known_until - interval '24' hour as is_24h,
        row_number() over (partition by beat.system_code order by beat.beat_at desc, beat.heartbeat_no) as newest_rank
    from {{ ref('int_exchange_beat') }} as beat
    cross join {{ ref('int_exchange_moment') }} as moment
    where beat.beat_at > moment.known_until - interval '30' day

),

counted as (

    select
        system_code,
        count(case when is_24h and not is_maintenance then 1 end) as beats_24h,
        count(case when is_24h and not is_maintenance and not is_down then 1 end) as answered_24h,
        count(case when not is_maintenance then 1 end) as beats_30d,
        count(case when not is_maintenance and not is_down then 1 end) as answered_30d
    from beats
    group by system_code

),

newest as (

    select * from beats where newest_rank = 1

),

troubles as (

    select
        trouble.system_code,
        count(case when trouble.kind = 'connection_lost' and trouble.minutes >= {{ outage }} then 1 end) as outages_30d,
        coalesce(
            sum(case when trouble.kind = 'connection_lost' and trouble.minutes >= {{ outage }} then trouble.minutes end), 0
        ) as outage_minutes_30d,
        max(case when trouble.kind = 'heartbeat_missing' and trouble.minutes >= {{ outage }} then 1 else 0 end) as is_silent
    from {{ ref('int_exchange_trouble') }} as trouble
    cross join {{ ref('int_exchange_moment') }} as moment
    where trouble.began_at > moment.known_until - interval '30' day
    group by trouble.system_code

),

failures as (

    select
        system_code,
        count(*) as open_failures,
        sum(row_count) as open_failure_rows
    from {{ ref('int_exchange_failure') }}
    where is_open
    group by system_code

),

spaces as (

    select
        system_code,
        max(used_share) as fullest_share,
        min(days_until_full) as days_until_full
    from {{ ref('int_exchange_space') }}
    where is_current and not is_autoextend
    group by system_code

),

systems as (

    select
        system_code,
        system_name,
        department_code
    from {{ ref('ref_exchange_system') }}
    union all
    select
        newest.system_code,
        coalesce(newest.system_name, newest.system_code) as system_name,
        cast(null as string) as department_code
    from newest
    left join {{ ref('ref_exchange_system') }} as known on newest.system_code = known.system_code
    where known.system_code is null

)

select
    systems.system_code,
    systems.system_name,
    systems.department_code,
    case
        when newest.system_code is null then 'no_data'
        when troubles.is_silent = 1 then 'silent'
        when newest.is_maintenance then 'maintenance'
        when newest.is_down then 'down'
        when newest.is_slow then 'slow'
        when newest.is_exhausted then 'exhausted'
        else 'normal'
    end as state,
    newest.beat_at as newest_beat_at,
    cast(newest.response_ms as integer) as response_ms,
    newest.usual_ms,
    cast(newest.response_ms / nullif(newest.usual_ms, 0) as decimal(8, 2)) as response_ratio,
    cast(newest.connection_count as integer) as connection_count,
    newest.cpu_share,
    newest.memory_share,
    {{ ratio('counted.answered_24h', 'counted.beats_24h') }} as availability_24h,
    {{ ratio('counted.answered_30d', 'counted.beats_30d') }} as availability_30d,
    cast(coalesce(troubles.outages_30d, 0) as bigint) as outages_30d,
    cast(coalesce(troubles.outage_minutes_30d, 0) as bigint) as outage_minutes_30d,
    cast(coalesce(failures.open_failures, 0) as bigint) as open_failures,
    cast(coalesce(failures.open_failure_rows, 0) as bigint) as open_failure_rows,
    spaces.fullest_share,
    spaces.days_until_full
from systems
left join newest on systems.system_code = newest.system_code
left join counted on systems.system_code = counted.system_code
left join troubles on systems.system_code = troubles.system_code
left join failures on systems.system_code = failures.system_code
left join spaces on systems.system_code = spaces.system_code

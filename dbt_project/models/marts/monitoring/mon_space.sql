-- Each tablespace of the exchange databases: how full, how fast it grows, in how many days it is full. Grain: system_code x tablespace_name.
select
    space.system_code,
    coalesce(known.system_name, space.system_code) as system_name,
    space.tablespace_name,
    case
        when space.is_autoextend then 'autoextend'
        when not space.is_current then 'not_measured'
        when space.is_over then 'over'
        when space.days_until_full <= {{ var('monitor_space_days', 30) }} then 'soon'
        else 'fine'
    end as state,
    space.measured_at,
    space.total_gb,
    space.used_gb,
    space.used_share,
    space.growth_gb,
    space.days_until_full,
    space.over_since
from {{ ref('int_exchange_space') }} as space
left join {{ ref('ref_exchange_system') }} as known on space.system_code = known.system_code

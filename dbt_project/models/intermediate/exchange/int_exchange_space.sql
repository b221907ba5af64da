-- Each tablespace as measured last, since when it has been fuller than the alarm, how fast it grows (median of the daily growth of the last two
-- weeks; days on which nothing was measured or on which it shrank count as they are) and in how many days it is full. Grain: system_code x tablespace_name.
{% set alarm = var('exchange_space_share', 90) %}
with measured as (

    select
        system_code,
        tablespace_name,
        measured_at,
        cast(measured_at as date) as measured_date,
        total_gb,
        used_gb,
        is_autoextend,
        used_gb * 100 > total_gb * {{ alarm }} as is_over
    from {{ ref('stg_exchange_ops__space') }}
    qualify
        row_number() over (
            partition by system_code, tablespace_name, cast(measured_at as date) order by measured_at desc
        ) = 1

),

stepped as (

    select
        measured.*,
        used_gb - lag(used_gb) over (partition by system_code, tablespace_name order by measured_at) as grown_gb,
        {{ days_between('lag(measured_date) over (partition by system_code, tablespace_name order by measured_at)', 'measured_date') }} as grown_days,
        max(measured_date) over (partition by system_code) as newest_date,
        max(case when not is_over then measured_date end) over (partition by system_code, tablespace_name) as last_fine_date,
        row_number() over (partition by system_code, tablespace_name order by measured_at desc) as newest_rank
    from measured

),

growth as (

    select
        system_code,
        tablespace_name,
        median(cast(grown_gb as double) / grown_days) as growth_gb
    from stepped
    where grown_days > 0 and measured_date > cast({{ as_of_date() }} - interval '14' day as date)
    group by system_code, tablespace_name

),

over_since as (

    select
        system_code,
        tablespace_name,
        min(measured_date) as over_since
    from stepped
    where is_over and (last_fine_date is null or measured_date > last_fine_date)
    group by system_code, tablespace_name

)

select
    newest.system_code,
    newest.tablespace_name,
    newest.measured_at,
    newest.total_gb,
    newest.used_gb,
    cast(newest.used_gb * 100 / nullif(newest.total_gb, 0) as decimal(6, 2)) as used_share,
    newest.is_autoextend,
    newest.is_over,
    over_since.over_since,
    newest.measured_date = newest.newest_date as is_current,
    cast(growth.growth_gb as decimal(12, 3)) as growth_gb,
    case
        when newest.used_gb >= newest.total_gb then 0
        when growth.growth_gb > 0
            then cast(floor(cast(newest.total_gb - newest.used_gb as double) / growth.growth_gb) as integer)
    end as days_until_full
from stepped as newest
left join growth
    on newest.system_code = growth.system_code and newest.tablespace_name = growth.tablespace_name
left join over_since
    on newest.system_code = over_since.system_code and newest.tablespace_name = over_since.tablespace_name
where newest.newest_rank = 1

-- Reading speed: rows of each exchange table that were read in each hour of as_of, against the median of that hour on the watched days of the same kind,
-- hours without reading counted as zero. Only hours in which something is usual or was read. Grain: table_name x hour_of_day.
{% set days = var('monitor_history_days', 60) %}
{% set enough = var('monitor_enough_days', 5) %}
with reads as (

    select
        table_name,
        cast(read_hour as date) as day,
        extract(hour from read_hour) as hour_of_day,
        sum(row_count) as read_rows
    from {{ ref('int_exchange_flow') }}
    where read_hour is not null
    group by 1, 2, 3

),

hours as (

    select
        table_name,
        hour_of_day
    from reads
    group by table_name, hour_of_day

),

spine as (

    select
        hours.table_name,
        hours.hour_of_day,
        backlog.day,
        backlog.is_workday,
        coalesce(reads.read_rows, 0) as read_rows
    from hours
    inner join {{ ref('int_exchange_backlog_day') }} as backlog on hours.table_name = backlog.table_name
    left join reads
        on hours.table_name = reads.table_name and hours.hour_of_day = reads.hour_of_day and backlog.day = reads.day
    where backlog.day > cast({{ as_of_date() }} - interval '{{ days }}' day as date)

),

today as (

    select * from spine where day = {{ as_of_date() }}

),

usual as (

    select
        spine.table_name,
        spine.hour_of_day,
        median(spine.read_rows) as usual_rows
    from spine
    inner join today
        on spine.table_name = today.table_name and spine.hour_of_day = today.hour_of_day and spine.is_workday = today.is_workday
    where spine.day < {{ as_of_date() }}
    group by spine.table_name, spine.hour_of_day
    having count(*) >= {{ enough }}

)

select
    today.table_name,
    cast(today.hour_of_day as integer) as hour_of_day,
    cast(today.read_rows as bigint) as read_rows,
    cast(usual.usual_rows as decimal(18, 1)) as usual_rows
from today
left join usual on today.table_name = usual.table_name and today.hour_of_day = usual.hour_of_day
where today.read_rows > 0 or usual.usual_rows > 0

-- How many rows of each exchange table were unread at the same time of each watched day as the exchange is known now (the end of the day, or this hour of
-- a running day), with what was sent and read until then since the day before. Every table with a read flag has a row a day, also when nothing moved.
-- Grain: table_name x day.
{% set days = var('monitor_history_days', 60) %}
{% set begin = "cast(" ~ as_of_date() ~ " - interval '" ~ days ~ "' day as date)" %}
with moment as (

    select extract(hour from known_until) as cut_hour
    from {{ ref('int_exchange_moment') }}

),

{# What happens after the hour of the cut belongs to the next day; what lies before the window belongs to its first day. #}
flow as (

    select
        flow.table_name,
        flow.row_count,
        greatest(
            case
                when extract(hour from flow.sent_hour) <= moment.cut_hour then cast(flow.sent_hour as date)
                else cast(flow.sent_hour + interval '1' day as date)
            end, {{ begin }}
        ) as sent_day,
        case
            when extract(hour from flow.read_hour) <= moment.cut_hour then cast(flow.read_hour as date)
            else cast(flow.read_hour + interval '1' day as date)
        end as read_day,
        {{ hours_between('flow.sent_hour', 'flow.read_hour') }} as wait_hours
    from {{ ref('int_exchange_flow') }} as flow
    cross join moment

),

moves as (

    select
        table_name,
        sent_day as day,
        row_count as sent_rows,
        0 as read_rows,
        cast(0 as bigint) as wait_hours
    from flow
    union all
    select
        table_name,
        greatest(read_day, {{ begin }}) as day,
        0 as sent_rows,
        row_count as read_rows,
        cast(wait_hours as bigint) * row_count as wait_hours
    from flow
    where read_day is not null

),

daily as (

    select
        table_name,
        day,
        sum(sent_rows) as sent_rows,
        sum(read_rows) as read_rows,
        sum(wait_hours) as wait_hours
    from moves
    group by table_name, day

),

spine as (

    select
        known.table_name,
        calendar.calendar_date as day,
        calendar.is_workday
    from {{ ref('ref_exchange_table') }} as known
    inner join {{ ref('ref_calendar') }} as calendar
        on calendar.calendar_date between {{ begin }} and {{ as_of_date() }}
    where known.reader is not null

)

select
    spine.table_name,
    spine.day,
    spine.is_workday,
    cast(sum(coalesce(daily.sent_rows, 0) - coalesce(daily.read_rows, 0)) over (
        partition by spine.table_name order by spine.day rows between unbounded preceding and current row
    ) as bigint) as unread_rows,
    cast(coalesce(daily.sent_rows, 0) as bigint) as sent_rows,
    cast(coalesce(daily.read_rows, 0) as bigint) as read_rows,
    cast(daily.wait_hours * 1.0 / nullif(daily.read_rows, 0) as decimal(12, 1)) as mean_wait_hours
from spine
left join daily on spine.table_name = daily.table_name and spine.day = daily.day

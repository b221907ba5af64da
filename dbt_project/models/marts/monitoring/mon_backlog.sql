-- Unread rows of each exchange table with a read flag, against what is usual: the median of the watched days of the same kind (working day or free day) at the
-- same time of day. 堆积 is a backlog above usual + 3 x the robust spread (1.4826 x median absolute deviation), at least some rows above it; reading is slow
-- (读取缓慢) when rows pile up above usual and less than half of the usual rows were read. With too few days nothing is judged. Grain: table_name.
{% set slack = var('monitor_slack_rows', 10) %}
{% set enough = var('monitor_enough_days', 5) %}
{% set days = var('monitor_history_days', 60) %}
with history as (

    select
        day_rows.*,
        min(case when sent_rows > 0 then day end) over (partition by table_name) as first_day
    from {{ ref('int_exchange_backlog_day') }} as day_rows

),

today as (

    select * from history where day = {{ as_of_date() }}

),

{# The first day of the window also carries what lies before it, and days before the table's first row say nothing. #}
before as (

    select
        history.table_name,
        history.unread_rows,
        history.read_rows,
        median(history.unread_rows) over (partition by history.table_name) as usual_rows
    from history
    inner join today on history.table_name = today.table_name and history.is_workday = today.is_workday
    where
        history.day < {{ as_of_date() }}
        and history.day > cast({{ as_of_date() }} - interval '{{ days }}' day as date)
        and history.day >= history.first_day

),

usual as (

    select
        table_name,
        count(*) as day_count,
        max(usual_rows) as usual_rows,
        median(abs(unread_rows - usual_rows)) as spread_rows,
        median(read_rows) as usual_read_rows
    from before
    group by table_name
    having count(*) >= {{ enough }}

),

unread as (

    select
        table_name,
        min(case when read_hour is null then first_sent_at end) as oldest_sent_at,
        max(first_sent_at) as newest_sent_at,
        max(last_read_at) as last_read_at
    from {{ ref('int_exchange_flow') }}
    group by table_name

),

judged as (

    select
        known.table_name,
        known.table_title,
        known.system_code,
        known.business_code,
        known.reader,
        today.unread_rows,
        today.sent_rows,
        today.read_rows,
        today.mean_wait_hours,
        unread.oldest_sent_at,
        unread.newest_sent_at,
        unread.last_read_at,
        usual.day_count,
        usual.usual_rows,
        usual.usual_read_rows,
        usual.usual_rows + greatest(3 * 1.4826 * usual.spread_rows, {{ slack }}) as limit_rows
    from {{ ref('ref_exchange_table') }} as known
    inner join today on known.table_name = today.table_name
    left join usual on known.table_name = usual.table_name
    left join unread on known.table_name = unread.table_name

)

select
    judged.table_name,
    judged.table_title,
    judged.system_code,
    system.system_name,
    judged.business_code,
    judged.reader,
    case
        when judged.newest_sent_at is null then 'no_rows'
        when judged.limit_rows is null then 'too_early'
        when judged.unread_rows > judged.limit_rows then 'piled_up'
        else 'usual'
    end as state,
    coalesce(
        judged.unread_rows > judged.usual_rows + {{ slack }} and judged.read_rows < judged.usual_read_rows / 2, false
    ) as is_read_slow,
    judged.unread_rows,
    cast(judged.usual_rows as decimal(18, 1)) as usual_rows,
    cast(judged.limit_rows as decimal(18, 1)) as limit_rows,
    judged.oldest_sent_at,
    {{ hours_between('judged.oldest_sent_at', 'moment.known_until') }} as oldest_hours,
    {{ workday_age('judged.oldest_sent_at') }} as oldest_workdays,
    judged.sent_rows,
    judged.read_rows,
    cast(judged.usual_read_rows as decimal(18, 1)) as usual_read_rows,
    judged.mean_wait_hours,
    judged.last_read_at,
    judged.day_count as history_days
from judged
cross join {{ ref('int_exchange_moment') }} as moment
left join {{ ref('ref_exchange_system') }} as system on judged.system_code = system.system_code

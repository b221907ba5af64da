-- Logins of the employer client by the hour of the watched days: how many tried, how many failed for a reason that is not the user's own (wrong
-- password or code), and how many accounts that hit. Usual is the median share of those failures in the same hour of earlier days of the same kind
-- that had logins. Grain: login_hour.
{% set days = var('monitor_history_days', 60) %}
with logins as (

    select
        date_trunc('hour', logged_in_at) as login_hour,
        client_account_key,
        coalesce(result_code <> '1', false) as is_failed,
        coalesce(result_code <> '1', false) and coalesce(failure_code not in ('01', '02'), true) as is_unreachable
    from {{ ref('stg_tax_client__login') }}
    where cast(logged_in_at as date) >= cast({{ as_of_date() }} - interval '{{ days }}' day as date)

),

hours as (

    select
        login_hour,
        cast(login_hour as date) as login_date,
        extract(hour from login_hour) as hour_of_day,
        count(*) as login_count,
        count(case when is_failed then 1 end) as failed_count,
        count(case when is_unreachable then 1 end) as unreachable_count,
        count(distinct case when is_unreachable then client_account_key end) as unreachable_account_count
    from logins
    group by login_hour

),

dated as (

    select
        hours.*,
        calendar.is_workday
    from hours
    inner join {{ ref('ref_calendar') }} as calendar on hours.login_date = calendar.calendar_date

),

usual as (

    select
        is_workday,
        hour_of_day,
        median(unreachable_count * 100.0 / login_count) as usual_share
    from dated
    where login_date < {{ as_of_date() }}
    group by is_workday, hour_of_day

)

select
    dated.login_hour,
    dated.login_date,
    {{ date_text('dated.login_date') }} || ' ' || lpad(cast(dated.hour_of_day as string), 2, '0') as client_hour_key,
    dated.is_workday,
    dated.login_count,
    dated.failed_count,
    dated.unreachable_count,
    dated.unreachable_account_count,
    cast(dated.unreachable_count * 100.0 / dated.login_count as decimal(5, 2)) as unreachable_share,
    cast(usual.usual_share as decimal(5, 2)) as usual_share
from dated
left join usual on dated.is_workday = usual.is_workday and dated.hour_of_day = usual.hour_of_day

-- Village cadres in each day, week, month, quarter, year: registered up to its end, new in it, active in it, persons under their management.
-- Active: logged in, and used at least one function (var cadre_active_needs_function). Grain: cadre × period. Internal.
with periods as (
    {{ metric_calendar_rows(['day', 'week', 'month', 'quarter', 'year']) }}
),

logins as (
    select
        periods.period_type,
        periods.period,
        logins.cadre_key
    from {{ ref('int_cadre_login') }} as logins
    inner join periods on logins.login_date between periods.begin_date and periods.end_date
    {%- if var('cadre_active_needs_function') %}
    where logins.function_count > 0
    {%- endif %}
    group by periods.period_type, periods.period, logins.cadre_key
),

rosters as (
    select
        periods.period_type,
        periods.period,
        rosters.cadre_key,
        count(*) as managed_persons
    from {{ ref('int_cadre_roster_person') }} as rosters
    inner join periods on rosters.imported_date <= periods.end_date
    group by periods.period_type, periods.period, rosters.cadre_key
)

select
    periods.period_type,
    periods.period,
    cadres.cadre_key,
    cadres.bureau_code,
    cadres.town_code,
    cadres.village_code,
    cadres.cancelled_date is null or cadres.cancelled_date > periods.end_date as is_registered,
    cadres.registered_date >= periods.begin_date as is_new,
    logins.cadre_key is not null as is_active,
    cast(coalesce(rosters.managed_persons, 0) as integer) as managed_persons
from {{ ref('int_cadre') }} as cadres
inner join periods on cadres.registered_date <= periods.end_date
left join logins
    on periods.period_type = logins.period_type and periods.period = logins.period and cadres.cadre_key = logins.cadre_key
left join rosters
    on periods.period_type = rosters.period_type and periods.period = rosters.period and cadres.cadre_key = rosters.cadre_key

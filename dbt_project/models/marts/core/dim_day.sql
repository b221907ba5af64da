-- Days of the calendar, with their month and whether they are worked: the time spine of dbt's semantic models. Grain: calendar_date.
select
    calendar_date,
    {{ to_period('calendar_date') }} as period,
    is_workday
from {{ ref('ref_calendar') }}

{#-
  Working days by the published calendar (seed ref_calendar). The age of a state is counted in working days after the day of its event, up to and
  including as_of: index(as_of) - index(event day). Make-up working Saturdays and Sundays count, holidays do not.
-#}

{#-
  Age of an event at as_of as a scalar expression, usable in select and where (not inside a window or an aggregate: put it in a CTE first).
  `event` is a date or timestamp expression; give a column its table alias where a name could be one of the calendar's. NULL for a missing event.
  Days before the calendar begins count as its first day.
-#}
{% macro workday_age(event) -%}
    {{ workdays_between(event, as_of_date()) }}
{%- endmacro %}

{#- Working days after `begin`, up to and including `finish`; negative when finish is before begin. -#}
{% macro workdays_between(begin, finish) -%}
    (
        case when {{ begin }} is not null and {{ finish }} is not null
            then {{ workday_index(finish) }} - {{ workday_index(begin) }}
        end
    )
{%- endmacro %}

{#- The number of working days up to and including a day. -#}
{% macro workday_index(day) -%}
    coalesce((select max(cal.workday_index) from {{ ref('ref_calendar') }} as cal where cal.calendar_date = cast({{ day }} as date)), 0)
{%- endmacro %}

{#-
    True when more than `delay` working days have passed since the event: the event's day is not
    later than the last day whose working-day index lies more than `delay` below that of as_of.
    One scalar subquery for the whole query, so the filter costs a comparison a row. NULL is not past.
-#}
{% macro past_delay(event, delay) %}
    cast({{ event }} as date) <= (
        select max(passed.calendar_date)
        from {{ ref('ref_calendar') }} as passed
        where passed.workday_index < (
            select max(today.workday_index) - {{ delay | int }}
            from {{ ref('ref_calendar') }} as today
            where today.calendar_date = {{ as_of_date() }}
        )
    )
{%- endmacro %}

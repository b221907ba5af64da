{#- Months and days of comparison around as_of, worked out when a model is compiled: models get literals and ask no clock. -#}

{#- The month n months before as_of's, 'YYYYMM'. -#}
{% macro metric_period(months_back) %}
    {%- set index = var('as_of')[:4] | int * 12 + var('as_of')[5:7] | int - 1 - months_back -%}
    {{ return('%04d%02d' | format(index // 12, index % 12 + 1)) }}
{% endmacro %}

{#-
  The day of the same progress n months before as_of, 'YYYY-MM-DD': the same day of the month, the last day for the last day, and the last day where the
  month is shorter.
-#}
{% macro metric_progress_day(months_back) %}
    {%- set date = modules.datetime.date -%}
    {%- set one_day = modules.datetime.timedelta(days=1) -%}
    {%- set as_of = date(var('as_of')[:4] | int, var('as_of')[5:7] | int, var('as_of')[8:10] | int) -%}
    {%- set period = shebao.metric_period(months_back) -%}
    {%- set following = shebao.metric_period(months_back - 1) -%}
    {%- set last_day = date(following[:4] | int, following[4:] | int, 1) - one_day -%}
    {%- if (as_of + one_day).day == 1 or as_of.day > last_day.day -%}
        {{ return(last_day.isoformat()) }}
    {%- endif -%}
    {{ return(period[:4] ~ '-' ~ period[4:] ~ '-' ~ '%02d' | format(as_of.day)) }}
{% endmacro %}

{#- The moments at which a metric is taken: suffix of the columns, and the day. -#}
{% macro metric_moments() %}
    {{ return([
        {'at': '', 'day': shebao.metric_progress_day(0), 'months': 0},
        {'at': '_prev_month', 'day': shebao.metric_progress_day(1), 'months': 1},
        {'at': '_prev_year', 'day': shebao.metric_progress_day(12), 'months': 12},
    ]) }}
{% endmacro %}

{#- The months that the metrics cover, newest first: as a relation (period, prev_period, prev_year_period). -#}
{% macro metric_periods() -%}
    {%- for back in range(var('metric_periods', 13)) %}
    select
        '{{ shebao.metric_period(back) }}' as period,
        '{{ shebao.metric_period(back + 1) }}' as prev_period,
        '{{ shebao.metric_period(back + 12) }}' as prev_year_period
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Whole hours from `begin` to `finish`. -#}
{% macro hours_between(begin, finish) -%}
    {{ adapter.dispatch('hours_between', 'shebao')(begin, finish) }}
{%- endmacro %}

{% macro duckdb__hours_between(begin, finish) -%}
    cast(date_sub('hour', cast({{ begin }} as timestamp), cast({{ finish }} as timestamp)) as integer)
{%- endmacro %}

{% macro spark__hours_between(begin, finish) -%}
    cast(timestampdiff(hour, cast({{ begin }} as timestamp), cast({{ finish }} as timestamp)) as int)
{%- endmacro %}

{#- Whole minutes from `begin` to `finish`. -#}
{% macro minutes_between(begin, finish) -%}
    {{ adapter.dispatch('minutes_between', 'shebao')(begin, finish) }}
{%- endmacro %}

{% macro duckdb__minutes_between(begin, finish) -%}
    cast(date_sub('minute', cast({{ begin }} as timestamp), cast({{ finish }} as timestamp)) as integer)
{%- endmacro %}

{% macro spark__minutes_between(begin, finish) -%}
    cast(timestampdiff(minute, cast({{ begin }} as timestamp), cast({{ finish }} as timestamp)) as int)
{%- endmacro %}

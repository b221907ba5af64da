{#- Dates, months as 'YYYYMM', and what the engines spell differently about them. -#}

{#- The month of a date or timestamp, 'YYYYMM'. -#}
{% macro to_period(day) -%}
    {{ adapter.dispatch('to_period', 'shebao')(day) }}
{%- endmacro %}

{% macro duckdb__to_period(day) -%}
    strftime(cast({{ day }} as date), '%Y%m')
{%- endmacro %}

{% macro spark__to_period(day) -%}
    date_format(cast({{ day }} as date), 'yyyyMM')
{%- endmacro %}

{#- A month moved by n months (n may be an expression), 'YYYYMM'. -#}
{% macro add_months_to_period(period, n) -%}
    {{ adapter.dispatch('add_months_to_period', 'shebao')(period, n) }}
{%- endmacro %}

{% macro duckdb__add_months_to_period(period, n) -%}
    strftime({{ period_begin(period) }} + to_months(cast({{ n }} as integer)), '%Y%m')
{%- endmacro %}

{% macro spark__add_months_to_period(period, n) -%}
    date_format(add_months({{ period_begin(period) }}, cast({{ n }} as int)), 'yyyyMM')
{%- endmacro %}

{#- A month as a running number, so that neighbours differ by one: year * 12 + month. -#}
{% macro period_index(period) -%}
    (cast(substr({{ period }}, 1, 4) as integer) * 12 + cast(substr({{ period }}, 5, 2) as integer))
{%- endmacro %}

{#- First day of a month 'YYYYMM'. -#}
{% macro period_begin(period) -%}
    cast(substr({{ period }}, 1, 4) || '-' || substr({{ period }}, 5, 2) || '-01' as date)
{%- endmacro %}

{#- Last day of a month 'YYYYMM'. -#}
{% macro period_end(period) -%}
    last_day({{ period_begin(period) }})
{%- endmacro %}

{#- Calendar days from `begin` to `finish`. -#}
{% macro days_between(begin, finish) -%}
    {{ adapter.dispatch('days_between', 'shebao')(begin, finish) }}
{%- endmacro %}

{% macro duckdb__days_between(begin, finish) -%}
    cast(date_diff('day', cast({{ begin }} as date), cast({{ finish }} as date)) as integer)
{%- endmacro %}

{% macro spark__days_between(begin, finish) -%}
    datediff(cast({{ finish }} as date), cast({{ begin }} as date))
{%- endmacro %}

{#- A date or timestamp as people read it in evidence: '2026-06-30'. -#}
{% macro date_text(day) -%}
    cast(cast({{ day }} as date) as string)
{%- endmacro %}

{#- The day of the month, 1 to 31. -#}
{% macro day_of_month(day) -%}
    extract(day from cast({{ day }} as date))
{%- endmacro %}

{#- The business date of the build, as SQL literals. Models know nothing later than the end of this day and never ask a clock. -#}

{#- as_of as a date. -#}
{% macro as_of_date() -%}
    cast('{{ var("as_of") }}' as date)
{%- endmacro %}

{#- The last moment of as_of, as a timestamp. -#}
{% macro as_of_end() -%}
    cast('{{ var("as_of") }} 23:59:59.999999' as timestamp)
{%- endmacro %}

{#- The month of as_of, 'YYYYMM'. -#}
{% macro as_of_period() -%}
    '{{ (var("as_of") | string)[:4] }}{{ (var("as_of") | string)[5:7] }}'
{%- endmacro %}

{#- Keeps a row of the exchange unless it was sent after as_of; a row without a time counts. -#}
{% macro not_after_as_of(moment) -%}
    coalesce({{ moment }} <= {{ as_of_end() }}, true)
{%- endmacro %}

{#- The value of a state that was reached at `moment`; NULL while that is after as_of. -#}
{% macro known_value(value, moment) -%}
    case when {{ moment }} > {{ as_of_end() }} then null else {{ value }} end
{%- endmacro %}

{#- A flag (equal to `yes`) that was raised at `moment`. A flag raised without a time counts; one raised after as_of does not. -#}
{% macro known_flag(flag, yes, moment=none) -%}
    coalesce({{ code_norm(flag) }} = '{{ yes }}'{% if moment %} and coalesce({{ moment }} <= {{ as_of_end() }}, true){% endif %}, false)
{%- endmacro %}

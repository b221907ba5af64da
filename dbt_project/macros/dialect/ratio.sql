{#-
  A share as people read it: two decimals of a percentage, half up, as a fraction ('97.53 %' is 0.9753). Exact: whole numbers of hundredths are divided,
  never floats. NULL when the denominator is NULL or 0: nothing due is no rate.
-#}
{% macro ratio(numerator, denominator) -%}
    cast(
        case when {{ denominator }} > 0 then
            cast({{ whole_quotient('cast(' ~ numerator ~ ' * 100 as bigint) * 20000 + cast(' ~ denominator ~ ' * 100 as bigint)', '(cast(' ~ denominator ~ ' * 100 as bigint) * 2)') }} as decimal(18, 4)) / 10000
        end as decimal(9, 4)
    )
{%- endmacro %}

{#- Division of whole numbers, rounded down (both sides not negative). -#}
{% macro whole_quotient(dividend, divisor) -%}
    {{ adapter.dispatch('whole_quotient', 'shebao')(dividend, divisor) }}
{%- endmacro %}

{% macro duckdb__whole_quotient(dividend, divisor) -%}
    (({{ dividend }}) // ({{ divisor }}))
{%- endmacro %}

{% macro spark__whole_quotient(dividend, divisor) -%}
    (({{ dividend }}) div ({{ divisor }}))
{%- endmacro %}

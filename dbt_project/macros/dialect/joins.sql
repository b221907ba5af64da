{#-
    A comparison of two tables that is to be looked at after they are joined by their keys. DuckDB orders joins by what compares two tables, and at the
    size of a city takes two names that differ for a good way to join them: every name with every other.
-#}
{% macro after_join(condition) -%}
    case when {{ condition }} then 1 else 0 end = 1
{%- endmacro %}

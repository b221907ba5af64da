{#- The texts of a group in one, in an order, with a separator between them; NULLs are left out. -#}
{% macro list_text(text, separator, order_by) -%}
    {{ adapter.dispatch('list_text', 'shebao')(text, separator, order_by) }}
{%- endmacro %}

{% macro duckdb__list_text(text, separator, order_by) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{% macro spark__list_text(text, separator, order_by) -%}
    listagg({{ text }}, '{{ separator }}') within group (order by {{ order_by }})
{%- endmacro %}

{#-
  How alike two names are, from 0 to 1; NULL where one is missing. A function of our own on both engines (engines/functions.py): the plugin of
  profiles.yml registers it in DuckDB, engines/spark.py in Spark.
-#}
{% macro name_similarity(name, other) -%}
    {{ adapter.dispatch('name_similarity', 'shebao')(name, other) }}
{%- endmacro %}

{% macro duckdb__name_similarity(name, other) -%}
    cast(name_similarity({{ name }}, {{ other }}) as decimal(5, 4))
{%- endmacro %}

{% macro spark__name_similarity(name, other) -%}
    cast(name_similarity({{ name }}, {{ other }}) as decimal(5, 4))
{%- endmacro %}

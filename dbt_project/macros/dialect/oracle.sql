{#-
  Oracle is where the departments' tables lie, not where models are built: the target checks sources (exchange_check.sql). Models are still read when dbt
  parses the project for it, so each macro that engines spell differently has to answer; using one in a statement is an error that says so.
-#}
{% macro not_built_in_oracle() -%}
    {%- if execute -%}
        {{ exceptions.raise_compiler_error("Models are built in DuckDB or Spark; the oracle target only checks sources (make exchange-check).") }}
    {%- endif -%}
{%- endmacro %}

{% macro oracle__hours_between(begin, finish) -%} {{ not_built_in_oracle() }} {%- endmacro %}

{% macro oracle__minutes_between(begin, finish) -%} {{ not_built_in_oracle() }} {%- endmacro %}

{% macro oracle__days_between(begin, finish) -%} {{ not_built_in_oracle() }} {%- endmacro %}

{% macro oracle__to_period(day) -%} {{ not_built_in_oracle() }} {%- endmacro %}

{% macro oracle__add_months_to_period(period, n) -%} {{ not_built_in_oracle() }} {%- endmacro %}

{% macro oracle__list_text(text, separator, order_by) -%} {{ not_built_in_oracle() }} {%- endmacro %}

{% macro oracle__is_ascii(text) -%} {{ not_built_in_oracle() }} {%- endmacro %}

{% macro oracle__whole_quotient(dividend, divisor) -%} {{ not_built_in_oracle() }} {%- endmacro %}

{% macro oracle__name_similarity(name, other) -%} {{ not_built_in_oracle() }} {%- endmacro %}

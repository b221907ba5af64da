{#-
  Tables and views on DuckDB, put in place by one statement in one transaction: readers and a killed run see the old
  one or the new one. The adapter's own way (build beside, rename twice, drop) takes ten statements and three more
  contexts of dbt for each model, which is a third of the time where the data is small. No model has indexes, grants
  or persisted docs; they would be refused here.
-#}
{% materialization table, adapter='duckdb' %}
    {{ return(put_in_place('table')) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
    {{ return(put_in_place('view')) }}
{% endmaterialization %}


{% macro put_in_place(kind) %}
    {%- if config.get('indexes') or config.get('grants') or config.get('persist_docs') -%}
        {{ exceptions.raise_compiler_error("put_in_place.sql knows no indexes, grants or persist_docs: teach it before you set them") }}
    {%- endif -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type=kind) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') %}
        drop {{ existing.type if existing else kind }} if exists {{ target }};
        {{ create_table_as(False, target, compiled_code) if kind == 'table' else get_create_view_as_sql(target, compiled_code) }}
    {% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmacro %}

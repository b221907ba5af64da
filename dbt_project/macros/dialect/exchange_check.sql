{#-
  Source tests and freshness where the departments' tables lie (make exchange-check). Seeds are not there and nothing may be written, so a code list
  comes as literals in var('code_lists'): {'ref_agency.agency_code': [...]}.
-#}

{#- Values of a column that are on none of the lists' pieces: Oracle takes at most 1,000 literals in one list. -#}
{% macro not_in_codes(column_name, codes) -%}
    {%- for piece in codes | batch(500) -%}
        {{ column_name }} not in (
            {%- for code in piece -%}'{{ code | replace("'", "''") }}'{{ ', ' if not loop.last }}{%- endfor -%}
        ){{ '\n    and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- Rows whose code is unknown; one row of the result for each, as dbt's own test counts them. -#}
{% macro unknown_codes(model, column_name, to, field) -%}
    {%- set list_name = to.identifier ~ '.' ~ field -%}
    {%- set codes = var('code_lists', {}).get(list_name) -%}
    {%- if execute and not codes -%}
        {{ exceptions.raise_compiler_error(
            "The code list " ~ list_name ~ " was not passed: run `python -m orchestration exchange-check`, which reads the seeds."
        ) }}
    {%- endif -%}
    select {{ column_name }} as from_field
    from {{ model }}
    where {{ column_name }} is not null
    and {{ not_in_codes(column_name, codes or ['']) }}
{%- endmacro %}

{% macro oracle__test_relationships(model, column_name, to, field) %}
    {{ unknown_codes(model, column_name, to, field) }}
{% endmacro %}

{% macro duckdb__test_relationships(model, column_name, to, field) %}
    {%- if var('code_lists', none) -%}
        {{ unknown_codes(model, column_name, to, field) }}
    {%- else -%}
        {{ default__test_relationships(model, column_name, to, field) }}
    {%- endif -%}
{% endmacro %}

{#- One row for each value that is not accepted: dbt-oracle's own form gives one row whatever the number of values. -#}
{% macro oracle__test_accepted_values(model, column_name, values, quote=True) %}
    select
        {{ column_name }} as value_field,
        count(*) as n_records
    from {{ model }}
    where {{ column_name }} not in (
        {%- for value in values -%}{{ "'" ~ value ~ "'" if quote else value }}{{ ', ' if not loop.last }}{%- endfor -%}
    )
    group by {{ column_name }}
{% endmacro %}

{% macro oracle__test_not_null(model, column_name) %}
    select {{ column_name }} from {{ model }} where {{ column_name }} is null
{% endmacro %}

{#-
  When the newest row was loaded: in the warehouse by the sync, in the exchange by the table's own cursor (`meta.cursor`). A table without a
  cursor cannot say, and is left out by the command.
-#}
{% macro newest_row(source_node) -%}
    {%- set in_warehouse = var('raw_schema_prefix', 'raw_') != '' -%}
    {%- set cursor = source_node.config.meta.get('cursor') or source_node.meta.get('cursor') -%}
    select max({{ '_synced_at' if in_warehouse else cursor }}) from {{ source_node.relation_name }}
{%- endmacro %}

{#- Exchange times are local times without a zone: the moment of the check is put beside them in the same form. -#}
{% macro check_moment() -%}
    {%- if var('checked_at', none) -%}
        timestamp '{{ var("checked_at") }}'
    {%- else -%}
        {{ adapter.dispatch('local_now', 'shebao')() }}
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__local_now() -%} cast(timezone('Asia/Shanghai', now()) as timestamp) {%- endmacro %}

{#- Spark never checks an exchange; it reads the moment when it parses the project. -#}
{% macro spark__local_now() -%} from_utc_timestamp(current_timestamp(), 'Asia/Shanghai') {%- endmacro %}

{% macro oracle__local_now() -%} cast(current_timestamp at time zone 'Asia/Shanghai' as timestamp) {%- endmacro %}

{% macro duckdb__collect_freshness_custom_sql(source, loaded_at_query) %}
    {% call statement('collect_freshness_custom_sql', fetch_result=True, auto_begin=False) -%}
        select
            ({{ loaded_at_query }}) as max_loaded_at,
            {{ check_moment() }} as snapshotted_at
    {%- endcall %}
    {{ return(load_result('collect_freshness_custom_sql')) }}
{% endmacro %}

{% macro oracle__collect_freshness_custom_sql(source, loaded_at_query) %}
    {% call statement('collect_freshness_custom_sql', fetch_result=True, auto_begin=False) -%}
        select
            ({{ loaded_at_query }}) as max_loaded_at,
            {{ check_moment() }} as snapshotted_at
        from dual
    {%- endcall %}
    {{ return(load_result('collect_freshness_custom_sql')) }}
{% endmacro %}

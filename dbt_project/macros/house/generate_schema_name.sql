{#- Layers have plain schema names (staging, intermediate, marts, reference) in every target; a node without one takes the target's. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema if custom_schema_name is none else custom_schema_name | trim }}
{%- endmacro %}

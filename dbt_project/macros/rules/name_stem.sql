{#- A normalised company name without its legal-form ending: two names with one stem differ cosmetically at most. -#}
{% macro name_stem(name) -%}
    case
        when {{ name }} like '%有限责任公司' then substr({{ name }}, 1, length({{ name }}) - 6)
        when {{ name }} like '%有限公司' then substr({{ name }}, 1, length({{ name }}) - 4)
        when {{ name }} like '%公司' then substr({{ name }}, 1, length({{ name }}) - 2)
        else {{ name }}
    end
{%- endmacro %}

{#- Reason of a difference of two normalised names. -#}
{% macro name_difference(one, other) -%}
    case when {{ name_stem(one) }} = {{ name_stem(other) }} then 'suffix_differs' else 'name_differs' end
{%- endmacro %}

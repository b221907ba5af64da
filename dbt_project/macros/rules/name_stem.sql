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

{#-
    What tells one company from another in its normalised name: without the legal form and without the place, which stands before the name or
    in brackets. Two names with one core are candidates for one company.
-#}
{% macro name_core(name) -%}
    {%- set bare = "replace(replace(replace(" ~ shebao.name_stem(name) ~ ", '(南宁)', ''), '(广西)', ''), '(广西南宁)', '')" -%}
    case
        {%- for place in ['广西南宁市', '南宁市', '广西南宁', '广西', '南宁'] %}
        when {{ bare }} like '{{ place }}_%' then substr({{ bare }}, {{ place | length + 1 }})
        {%- endfor %}
        else {{ bare }}
    end
{%- endmacro %}

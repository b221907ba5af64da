{#- What an area of a metric is called: by its level, from the bureau's short name or the division that was joined to it. -#}
{% macro metric_area_name(row, division) -%}
case
        when {{ row }}.level = 'city' then '全市'
        when {{ row }}.area_code = 'UNASSIGNED' then '未分配'
        when {{ row }}.level = 'bureau' then coalesce({{ row }}.short_name, {{ row }}.area_code)
        else coalesce({{ division }}.division_name, {{ row }}.area_code)
    end
{%- endmacro %}

{#- The area above: a village lies in its town, a town in its bureau, a bureau in the city. -#}
{% macro metric_area_parent(row) -%}
case {{ row }}.level when 'bureau' then {{ row }}.city_code when 'town' then {{ row }}.bureau_code when 'village' then {{ row }}.town_code end
{%- endmacro %}

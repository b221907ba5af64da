{#-
    The fee year (text) that is being collected at as_of for an insurance of natural persons: the calendar year; for residents' medical the coming
    year once its season has opened (var resident_season_month).
-#}
{% macro current_fee_year(insurance_code) -%}
    {%- set year = (var('as_of') | string)[:4] | int -%}
    {%- if (var('as_of') | string)[5:7] | int >= var('resident_season_month', 9) -%}
        case when {{ insurance_code }} = '10212' then '{{ year + 1 }}' else '{{ year }}' end
    {%- else -%}
        '{{ year }}'
    {%- endif -%}
{%- endmacro %}

{#- The day on which the season of residents' medical insurance opens for a fee year (text): in the year before (var resident_season_month). -#}
{% macro resident_season_begin(fee_year) -%}
    cast(cast(cast({{ fee_year }} as integer) - 1 as string) || '-{{ '%02d' | format(var("resident_season_month", 9) | int) }}-01' as date)
{%- endmacro %}

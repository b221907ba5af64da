{#-
  The Chinese names of the values of cuts (cut_type, cut_code, cut_name): from seeds where a seed has them, else from the dimension's own meta `values`
  in the semantic model. -#}
{% macro metric_cut_names(name) -%}
{%- set seeds = [
    ('insurance', ref('ref_insurance_item'), 'insurance_code', 'insurance_name'),
    ('person_insurance', ref('ref_person_insurance'), 'insurance_code', 'insurance_name'),
    ('origin', ref('ref_bill_origin'), 'origin_code', 'origin_name'),
    ('unit_type', ref('ref_unit_type'), 'unit_type_code', 'unit_type_name'),
    ('agency', ref('ref_agency'), 'agency_code', 'agency_name'),
    ('channel', ref('ref_payment_channel'), 'channel_code', 'channel_name'),
    ('person_channel', ref('ref_person_channel'), 'channel_code', 'channel_name'),
] -%}
    {%- for cut_type, seed, code, label in seeds %}
    select '{{ cut_type }}' as cut_type, {{ code }} as cut_code, {{ label }} as cut_name from {{ seed }}
    union all
    {%- endfor %}
    select 'department' as cut_type, 'HRSS' as cut_code, '人社' as cut_name
    union all
    select 'department' as cut_type, 'NHSA' as cut_code, '医保' as cut_name
    {%- if execute %}
    {%- for dimension in shebao.semantic_model(name).dimensions %}
    {%- for code, label in dimension.config.meta.get('values', {}).items() %}
    union all
    select '{{ dimension.name }}' as cut_type, '{{ code }}' as cut_code, '{{ label }}' as cut_name
    {%- endfor %}
    {%- endfor %}
    {%- endif %}
{%- endmacro %}

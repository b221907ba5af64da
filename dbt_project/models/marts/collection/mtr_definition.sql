-- The metrics' definitions as people read them, out of their declaration in YAML: one definition for page, report and list (统一口径). Grain: metric_id.
{%- set metrics = declared_metrics() if execute else [] %}
with definitions as (
    {%- for metric in metrics %}
    {%- set meta = metric.meta %}
    {%- set model = semantic_model(metric.model) %}
    {%- set dimensions = [] %}
    {%- for dimension in model.dimensions if dimension.type == 'categorical' and model.config.meta.get('cuts') != 'brought' %}
    {%- do dimensions.append(dimension.label) %}
    {%- endfor %}
    {%- set areas = [] %}
    {%- for levels in model.config.meta.periods.values() %}
    {%- for level in levels if level not in areas %}{% do areas.append(level) %}{% endfor %}
    {%- endfor %}
    select
        '{{ metric.name }}' as metric_id,
        '{{ meta.get('family', metric.name) }}' as family,
        {{ "'" ~ meta.basis ~ "'" if meta.get('basis') else 'cast(null as string)' }} as basis,
        'mtr_cube_{{ metric.model }}' as cube,
        '{{ meta.requirements | join(",") }}' as requirements,
        '{{ metric.label }}' as title,
        '{{ {'employer': '按户籍', 'bill': '按单据', 'amount': '按金额', 'person': '按人数'}.get(meta.get('basis'), metric.label) }}' as basis_title,
        '{{ metric.description }}' as description,
        '{{ meta.unit }}' as unit,
        {{ 'true' if metric.denominator or meta.get('share') else 'false' }} as is_rate,
        '{{ meta.get('direction', 'higher') }}' as direction,
        '{{ meta.numerator_words }}' as numerator_words,
        '{{ meta.get('denominator_words', '') }}' as denominator_words,
        '{{ meta.grain }}' as grain,
        '{{ (meta.get('dimension_words') or dimensions) | join("、") }}' as dimensions,
        '{{ areas | join(",") }}' as levels,
        '{{ model.config.meta.periods.keys() | join(",") }}' as period_types,
        '{{ meta.get('exclusions', []) | join("；") }}' as exclusions,
        '{{ meta.comparison }}' as comparison,
        '只在16个主管局之间排名，相同者并列同一名次，不适用的不排名；名次变化为正表示上升'
        {%- if meta.get('counted') %} || '；分档按二项分布{{ var('metric_band_sigma') }}倍标准差的控制限'{% endif %} as ranking,
        {% if meta.get('target') is none %}cast(null as decimal(9, 4)){% else %}cast({{ meta.target }} as decimal(9, 4)){% endif %} as target,
        '{{ meta.get('target_source', '') }}' as target_source,
        cast({{ var('small_denominator') }} as integer) as small_denominator,
        cast('{{ meta.valid_from }}' as date) as valid_from
    {{ 'union all' if not loop.last }}
    {%- else %}
    select 1 as parsed
    {%- endfor %}
)

select
    metric_id,
    family,
    basis,
    cube,
    requirements,
    title,
    basis_title,
    description,
    unit,
    is_rate,
    direction,
    numerator_words,
    denominator_words,
    grain,
    dimensions,
    levels,
    period_types,
    exclusions,
    comparison,
    ranking,
    target,
    target_source,
    small_denominator,
    valid_from
from definitions

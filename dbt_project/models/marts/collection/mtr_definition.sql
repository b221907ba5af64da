-- The metrics' definitions as people read them, from macros/metrics: one definition for page, report and list (统一口径). Grain: metric × basis.
with definitions as (
    {%- for metric in metric_definitions() %}
    {%- set outer = loop %}
    {%- for basis in metric.bases %}
    select
        '{{ metric.metric_id }}' as metric_id,
        '{{ basis.basis }}' as basis,
        '{{ metric.requirements | join(",") }}' as requirements,
        '{{ metric.title }}' as title,
        '{{ basis.title }}' as basis_title,
        '{{ basis.unit }}' as unit,
        '{{ metric.direction }}' as direction,
        '{{ basis.numerator_words }}' as numerator_words,
        '{{ basis.denominator_words }}' as denominator_words,
        '{{ metric.grain }}' as grain,
        '{{ metric.dimensions | join("、") }}' as dimensions,
        '{{ metric.exclusions | join("；") }}' as exclusions,
        '{{ metric.comparison }}' as comparison,
        '{{ metric.ranking }}' as ranking,
        cast({{ var(metric.small_denominator) }} as integer) as small_denominator
    {{ 'union all' if not (outer.last and loop.last) }}
    {%- endfor %}
    {%- endfor %}
)

select
    metric_id,
    basis,
    requirements,
    title,
    basis_title,
    unit,
    direction,
    numerator_words,
    denominator_words,
    grain,
    dimensions,
    exclusions,
    comparison,
    ranking,
    small_denominator
from definitions

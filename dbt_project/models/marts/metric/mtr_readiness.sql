-- 申报意愿: how likely a natural person's registration is to be declared in a month, by the scorecard of the seed: points of each feature added up.
-- Grain: registration × month (the months of the back-test and the coming one). Internal.
{%- set features = ['months_since_paid', 'paid_times', 'has_agreement', 'season', 'insurance'] %}
with base as (
    select * from {{ ref('mtr_readiness_base') }}
)

select
    base.period,
    base.is_over,
    base.fee_registration_no,
    base.bureau_code,
    base.town_code,
    base.village_code,
    base.insurance as insurance_code,
    {%- for feature in features %}
    base.{{ feature if feature != 'insurance' else 'insurance' }} as {{ feature if feature != 'insurance' else 'insurance_value' }},
    {%- endfor %}
    cast(
        {%- for feature in features %}
        coalesce({{ feature }}_points.points, 0){{ ' +' if not loop.last }}
        {%- endfor %} as integer
    ) as points,
    base.has_declared
from
    base
{%- for feature in features %}
left join {{ ref('ref_readiness_point') }} as {{ feature }}_points
on {{ feature }}_points.feature_code = '{{ feature }}' and base.{{ feature }} = {{ feature }}_points.value_code
{%- endfor %}

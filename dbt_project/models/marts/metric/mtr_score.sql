-- 压力测试指标: the monthly score of each bureau: each component's rate, its points between the two rates of the seed, the sum, and the rank.
-- A component for which nothing was due is left out and the others count for more. Grain: month × bureau × component (and TOTAL).
with rates as (
    {%- for cube in ['registration', 'taxpayer', 'collection'] %}
    select
        metric_id,
        period,
        bureau_code,
        area_name,
        cut_type,
        cut_code,
        numerator,
        denominator,
        rate
    from {{ ref('mtr_cube_' ~ cube) }}
    where period_type = 'month' and level = 'bureau'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

bureaus as (
    select
        bureau_code,
        short_name
    from {{ ref('ref_bureau') }}
    where is_ranked
),

covered as (
    {{ metric_periods() }}
),

components as (
    select
        covered.period,
        bureaus.bureau_code,
        bureaus.short_name,
        component.component_code,
        component.component_name,
        component.sort_order,
        component.metric_id,
        component.cut_type,
        component.cut_code,
        rates.numerator,
        rates.denominator,
        rates.rate,
        component.weight,
        component.zero_at,
        component.full_at
    from covered
    cross join bureaus
    cross join {{ ref('ref_score_component') }} as component
    left join rates
        on
            covered.period = rates.period
            and bureaus.bureau_code = rates.bureau_code
            and component.metric_id = rates.metric_id
            and component.cut_type = rates.cut_type
            and component.cut_code = rates.cut_code
),

pointed as (
    select
        *,
        case
            when rate is null then null
            else
                cast(
                    round(
                        cast(weight as double) * greatest(least(
                            (cast(rate as double) - cast(zero_at as double))
                            / (cast(full_at as double) - cast(zero_at as double)), 1
                        ), 0), 2
                    ) as decimal(9, 2)
                )
        end as points
    from components
),

totals as (
    select
        period,
        bureau_code,
        max(short_name) as short_name,
        cast(sum(case when points is not null then weight end) as decimal(9, 2)) as weight,
        cast(sum(points) as decimal(9, 2)) as points,
        cast(
            round(cast(sum(points) as double) * 100 / cast(nullif(sum(case when points is not null then weight end), 0) as double), 2) as decimal(
                9, 2
            )
        ) as score
    from pointed
    group by period, bureau_code
),

together as (
    select
        period,
        bureau_code,
        short_name,
        component_code,
        component_name,
        sort_order,
        metric_id,
        cut_type,
        cut_code,
        numerator,
        denominator,
        rate,
        weight,
        points,
        cast(null as decimal(9, 2)) as score
    from pointed
    union all
    select
        period,
        bureau_code,
        short_name,
        'TOTAL' as component_code,
        '合计' as component_name,
        99 as sort_order,
        cast(null as string) as metric_id,
        cast(null as string) as cut_type,
        cast(null as string) as cut_code,
        cast(null as decimal(18, 2)) as numerator,
        cast(null as decimal(18, 2)) as denominator,
        cast(null as decimal(9, 4)) as rate,
        weight,
        points,
        score
    from totals
)

select
    period,
    bureau_code,
    short_name as area_name,
    component_code,
    component_name,
    cast(sort_order as integer) as sort_order,
    metric_id,
    cut_type,
    cut_code,
    numerator,
    denominator,
    rate,
    weight,
    points,
    score,
    cast(
        case when score is not null then rank() over (partition by period, component_code, score is not null order by score desc) end as integer
    ) as rank
from together

-- 征缴风险预警: the newest figures of each bureau against its thresholds. A bureau's own threshold stands before the one for all.
-- Grain: metric × comparison × bureau.
with rates as (
    {%- for cube in ['collection', 'deduction', 'bill_event', 'money', 'registration', 'resident_progress'] %}
    select
        metric_id,
        period_type,
        period,
        bureau_code,
        area_name,
        numerator,
        denominator,
        rate,
        rate_mom,
        rate_yoy,
        is_small
    from {{ ref('mtr_cube_' ~ cube) }}
    where
        level = 'bureau' and cut_type = 'total' and bureau_code is not null
        and (
            (period_type = 'month' and period = {{ as_of_period() }})
            or (period_type = 'fee_year' and period = substr({{ as_of_period() }}, 1, 4))
        )
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

thresholds as (
    select
        rates.*,
        threshold.compared_with,
        threshold.yellow,
        threshold.red,
        threshold.advice,
        case threshold.compared_with when 'prev' then rates.rate_mom when 'prev_year' then rates.rate_yoy else rates.rate end as value,
        row_number() over (
            partition by rates.metric_id, rates.bureau_code, threshold.compared_with
            order by case when threshold.bureau_code = '*' then 1 else 0 end
        ) as choice
    from rates
    inner join {{ ref('ref_warning_threshold') }} as threshold
        on rates.metric_id = threshold.metric_id and threshold.bureau_code in ('*', rates.bureau_code)
),

judged as (
    select
        thresholds.*,
        definition.title,
        case
            when value is null then 'not_applicable'
            when definition.direction = 'higher' and value < red then 'red'
            when definition.direction = 'lower' and value > red then 'red'
            when definition.direction = 'higher' and value < yellow then 'yellow'
            when definition.direction = 'lower' and value > yellow then 'yellow'
            else 'green'
        end as state_code
    from thresholds
    inner join {{ ref('mtr_definition') }} as definition on thresholds.metric_id = definition.metric_id
    where choice = 1
)

select
    metric_id,
    title,
    compared_with,
    period,
    bureau_code,
    area_name,
    state_code,
    cast(value as decimal(9, 4)) as value,
    yellow,
    red,
    numerator,
    denominator,
    is_small,
    case when state_code in ('yellow', 'red') then advice end as advice
from judged

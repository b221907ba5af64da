-- Scores of one month and of the one before, by bureau and component, with the total. Grain: month x bureau x component.
select
    period,
    bureau_code,
    area_name,
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
    score,
    rank
from mtr_score
where period in ($period, $before) and ($bureau_code is null or bureau_code = $bureau_code)
order by period desc, bureau_code, sort_order

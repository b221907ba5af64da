-- Collection rates of one period and level for one cut type. Grain: area x cut x basis.
select
    level,
    area_code,
    area_name,
    parent_code,
    cut_code,
    cut_name,
    basis,
    numerator,
    denominator,
    rate,
    settled_numerator,
    prev_rate,
    prev_year_rate,
    rate_mom,
    rate_yoy,
    rank,
    prev_rank,
    rank_change,
    is_small
from mtr_collection_rate
where
    period = $period
    and level = $level
    and cut_type = $cut_type
    and ($parent_code is null or parent_code = $parent_code)
    and ($area_code is null or area_code = $area_code)
order by rank nulls last, area_code, cut_code, basis

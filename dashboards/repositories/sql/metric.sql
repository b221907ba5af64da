-- A metric by its name, for one period and level: a look-up in its cube. Grain: area x cut value.
select *
from {table}
where
    metric_id = $metric_id
    and period_type = $period_type
    and ($period is null or period = $period)
    and level = $level
    and cut_type = $cut_type
    and ($cut_code is null or cut_code = $cut_code)
    and ($area_code is null or area_code = $area_code)
    and ($parent_code is null or parent_code = $parent_code)
order by period, rank nulls last, area_code, cut_code

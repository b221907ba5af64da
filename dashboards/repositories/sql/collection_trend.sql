-- Rates of one area over all periods. Grain: period x basis.
select
    period,
    basis,
    numerator,
    denominator,
    rate
from mtr_collection_rate
where
    cut_type = 'total'
    and level = $level
    and area_code = $area_code
order by period, basis

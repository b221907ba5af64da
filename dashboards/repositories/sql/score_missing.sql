-- What the current month's score has not counted yet, by component. Grain: component.
select
    component_code,
    max(period) as period,
    count_if(numerator < denominator) as missing_count,
    cast(sum(denominator - numerator) as decimal(18, 2)) as missing
from mtr_score_record
where $bureau_code is null or bureau_code = $bureau_code
group by component_code
order by component_code

-- Bills whose sums agree and whose items do not. Grain: pair x measure.
select
    pair,
    measure,
    count(distinct bill_key) as bill_count,
    sum(abs(difference)) as difference
from rec_break
where
    is_counted
    and insurance_code <> '*'
    and ($period is null or period = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
group by pair, measure

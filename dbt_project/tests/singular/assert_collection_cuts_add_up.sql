-- Money and bills that cuts split add up to the total: amounts in every cut, bills in every cut that gives a bill one code.
with total as (
    select
        period,
        level,
        parent_code,
        area_code,
        basis,
        numerator,
        denominator
    from {{ ref('mtr_collection_rate') }}
    where cut_type = 'total'
),

cut as (
    select
        period,
        level,
        parent_code,
        area_code,
        basis,
        cut_type,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from {{ ref('mtr_collection_rate') }}
    where cut_type <> 'total' and (basis = 'amount' or (basis = 'bill' and cut_type <> 'insurance'))
    group by period, level, parent_code, area_code, basis, cut_type
)

select cut.*
from cut
inner join total
    on
        cut.period = total.period
        and cut.level = total.level
        and cut.parent_code is not distinct from total.parent_code
        and cut.area_code = total.area_code
        and cut.basis = total.basis
where cut.numerator <> total.numerator or cut.denominator <> total.denominator

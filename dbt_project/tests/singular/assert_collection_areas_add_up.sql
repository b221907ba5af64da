-- The city is the sum of its bureaus and of what no bureau owns, and a bureau the sum of its towns: numerators and denominators, in every cut and basis.
-- Nothing is dropped because it is unassigned.
with child as (
    select
        period,
        case level when 'bureau' then 'city' else 'bureau' end as level,
        parent_code as area_code,
        cut_type,
        cut_code,
        basis,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(settled_numerator) as settled_numerator
    from {{ ref('mtr_collection_rate') }}
    where level in ('bureau', 'town')
    group by period, level, parent_code, cut_type, cut_code, basis
),

parent as (
    select
        period,
        level,
        area_code,
        cut_type,
        cut_code,
        basis,
        numerator,
        denominator,
        settled_numerator
    from {{ ref('mtr_collection_rate') }}
    where level in ('city', 'bureau')
)

select
    period,
    level,
    area_code,
    cut_type,
    cut_code,
    basis,
    parent.numerator,
    child.numerator as child_numerator,
    parent.denominator,
    child.denominator as child_denominator
from parent
full outer join child using (period, level, area_code, cut_type, cut_code, basis)
where
    coalesce(parent.numerator, 0) <> coalesce(child.numerator, 0)
    or coalesce(parent.denominator, 0) <> coalesce(child.denominator, 0)
    or coalesce(parent.settled_numerator, 0) <> coalesce(child.settled_numerator, 0)

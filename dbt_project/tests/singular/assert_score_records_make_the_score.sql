-- The records behind a component of the score add up to its numerator and denominator.
with records as (
    select
        component_code,
        period,
        bureau_code,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from {{ ref('mtr_score_record') }}
    where bureau_code is not null
    group by component_code, period, bureau_code
)

select
    score.component_code,
    score.period,
    score.bureau_code
from {{ ref('mtr_score') }} as score
left join records
    on score.component_code = records.component_code and score.period = records.period and score.bureau_code = records.bureau_code
where
    score.component_code <> 'TOTAL' and score.period = {{ as_of_period() }}
    and (coalesce(score.numerator, 0) <> coalesce(records.numerator, 0) or coalesce(score.denominator, 0) <> coalesce(records.denominator, 0))

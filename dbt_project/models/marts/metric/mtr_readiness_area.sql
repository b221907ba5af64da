-- 申报意愿分布: for the coming month, how many registrations in each village stand in which band of readiness, and what to do first: the middle band is
-- where a call changes most. Grain: village × insurance × band.
select
    period,
    bureau_code,
    town_code,
    village_code,
    insurance_code,
    case
        when points >= {{ var('readiness_high') }} then 'high'
        when points >= {{ var('readiness_low') }} then 'middle'
        else 'low'
    end as band_code,
    case
        when points >= {{ var('readiness_high') }} then '意愿高：发短信提醒即可'
        when points >= {{ var('readiness_low') }} then '意愿中：优先电话或入户催报'
        else '意愿低：核实户籍是否有效、是否在外参保，再动员'
    end as advice,
    cast(count(*) as integer) as registration_count,
    cast(min(points) as integer) as lowest_points,
    cast(max(points) as integer) as highest_points
from {{ ref('mtr_readiness') }}
where not is_over
group by
    period,
    bureau_code,
    town_code,
    village_code,
    insurance_code,
    case
        when points >= {{ var('readiness_high') }} then 'high'
        when points >= {{ var('readiness_low') }} then 'middle'
        else 'low'
    end,
    case
        when points >= {{ var('readiness_high') }} then '意愿高：发短信提醒即可'
        when points >= {{ var('readiness_low') }} then '意愿中：优先电话或入户催报'
        else '意愿低：核实户籍是否有效、是否在外参保，再动员'
    end

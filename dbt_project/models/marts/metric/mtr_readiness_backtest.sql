-- How well the readiness score told who would declare: for each month that is over, tenths of the registrations by points, the most ready first, with the
-- share that declared, and the area under the curve (0.5 is chance, 1 is perfect). Grain: month × tenth.
with scored as (
    select
        period,
        points,
        fee_registration_no,
        case when has_declared then 1 else 0 end as hit
    from {{ ref('mtr_readiness') }}
    where is_over
),

by_points as (
    select
        period,
        points,
        sum(hit) as hits,
        count(*) - sum(hit) as misses
    from scored
    group by period, points
),

below as (
    select
        period,
        hits,
        misses,
        coalesce(sum(misses) over (partition by period order by points rows between unbounded preceding and 1 preceding), 0) as misses_below
    from by_points
),

curve as (
    select
        period,
        case
            when sum(hits) > 0 and sum(misses) > 0
                then
                    sum(cast(hits as double) * (cast(misses_below as double) + cast(misses as double) / 2))
                    / (cast(sum(hits) as double) * cast(sum(misses) as double))
        end as area_under_curve
    from below
    group by period
),

tenths as (
    select
        period,
        hit,
        points,
        ntile(10) over (partition by period order by points desc, fee_registration_no) as tenth
    from scored
)

select
    tenths.period,
    cast(tenths.tenth as integer) as tenth,
    cast(count(*) as integer) as registration_count,
    cast(sum(tenths.hit) as integer) as declared_count,
    {{ ratio('sum(tenths.hit)', 'count(*)') }} as hit_rate,
    cast(min(tenths.points) as integer) as lowest_points,
    cast(max(tenths.points) as integer) as highest_points,
    cast(round(max(curve.area_under_curve), 4) as decimal(9, 4)) as area_under_curve
from tenths
inner join curve on tenths.period = curve.period
group by tenths.period, tenths.tenth

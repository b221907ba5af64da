-- 征收率 as pages and lists know it: the rate of collection and of settlement side by side, out of the cube of collection.
-- Grain: period × level × parent × area × cut × basis. City = bureaus + unassigned; a bureau = its towns + unassigned.
with cube as (
    select
        *,
        case when metric_id like 'collection_rate_%' then 'collection' else 'settlement' end as what,
        replace(replace(metric_id, 'collection_rate_', ''), 'settlement_rate_', '') as basis
    from {{ ref('mtr_cube_collection') }}
    where
        period_type = 'month'
        and cut_type in ('total', 'insurance', 'department', 'origin', 'unit_type')
        and (metric_id like 'collection_rate_%' or metric_id like 'settlement_rate_%')
)

select
    collected.period,
    collected.level,
    collected.area_code,
    collected.area_name,
    collected.parent_code,
    collected.bureau_code,
    collected.cut_type,
    collected.cut_code,
    collected.cut_name,
    collected.basis,
    collected.numerator,
    collected.denominator,
    collected.rate,
    coalesce(settled.numerator, 0) as settled_numerator,
    settled.rate as settled_rate,
    collected.prev_rate,
    collected.prev_year_rate,
    collected.rate_mom,
    collected.rate_yoy,
    collected.rank,
    collected.prev_rank,
    collected.rank_change,
    collected.subject_count as employer_count,
    collected.is_small
from cube as collected
left join cube as settled
    on
        settled.what = 'settlement'
        and collected.basis = settled.basis
        and collected.period = settled.period
        and collected.level = settled.level
        and collected.area_code = settled.area_code
        and coalesce(collected.parent_code, '') = coalesce(settled.parent_code, '')
        and collected.cut_type = settled.cut_type
        and collected.cut_code = settled.cut_code
where collected.what = 'collection'

-- How ready each bureau's registrations are for collection by tax alone: the share without any reason against it, and the share that passes each
-- of the three looks (tied to tax, tied across departments, unit type right). Grain: bureau_code; registrations without a bureau are one row.
with counted as (
    select
        coalesce(bureau_code, '') as bureau_code,
        count(*) as registration_count,
        count(case when reason_code is null then 1 end) as ready_count,
        count(case when is_tied_to_tax then 1 end) as tied_to_tax_count,
        count(case when is_tied_across then 1 end) as tied_across_count,
        count(case when is_unit_type_right then 1 end) as unit_type_right_count
    from {{ ref('int_registration_readiness') }}
    group by coalesce(bureau_code, '')
),

areas as (
    select
        bureau_code,
        bureau_name,
        is_ranked,
        sort_order
    from {{ ref('dim_bureau') }}
    where is_ranked
    union all
    select
        counted.bureau_code,
        coalesce(bureau.bureau_name, '未清分主管局') as bureau_name,
        false as is_ranked,
        coalesce(bureau.sort_order, 99) as sort_order
    from counted
    left join {{ ref('dim_bureau') }} as bureau on counted.bureau_code = bureau.bureau_code
    where not coalesce(bureau.is_ranked, false)
)

select
    areas.bureau_code,
    areas.bureau_name,
    areas.is_ranked,
    cast(areas.sort_order as integer) as sort_order,
    coalesce(counted.registration_count, 0) as registration_count,
    coalesce(counted.ready_count, 0) as ready_count,
    coalesce(counted.tied_to_tax_count, 0) as tied_to_tax_count,
    coalesce(counted.tied_across_count, 0) as tied_across_count,
    coalesce(counted.unit_type_right_count, 0) as unit_type_right_count,
    {{ ratio('counted.ready_count', 'counted.registration_count') }} as readiness_rate
from areas
left join counted on areas.bureau_code = counted.bureau_code

-- Towns that more than one bureau claims on as_of, mostly a development zone and the district that it lies in: who keeps the residents' registrations
-- there, and who collects. Grain: town_code.
with doubled as (

    select
        one.town_code,
        one.town_name,
        one.bureau_code,
        one.ground,
        another.bureau_code as other_bureau_code,
        another.ground as other_ground,
        another.valid_from_date as since_date,
        one.claim_count
    from {{ ref('int_town_claim') }} as one
    inner join {{ ref('int_town_claim') }} as another on one.town_code = another.town_code and another.claim_order = 2
    where one.claim_order = 1

),

kept as (

    select
        registration.town_code,
        cast(sum(case when registration.bureau_code = doubled.bureau_code then 1 else 0 end) as bigint) as kept_count,
        cast(sum(case when registration.bureau_code = doubled.other_bureau_code then 1 else 0 end) as bigint) as other_kept_count
    from {{ ref('int_person_registration') }} as registration
    inner join doubled on registration.town_code = doubled.town_code
    where registration.status_code = '1' and registration.is_resident
    group by registration.town_code

),

crossed as (

    select
        doubled.town_code as town_key,
        doubled.town_code,
        doubled.town_name,
        doubled.bureau_code,
        doubled.ground,
        doubled.other_bureau_code,
        doubled.other_ground,
        doubled.since_date,
        doubled.claim_count,
        coalesce(kept.kept_count, 0) as kept_count,
        coalesce(kept.other_kept_count, 0) as other_kept_count
    from doubled
    left join kept on doubled.town_code = kept.town_code

)

select
    {{ finding_of(
        'B11.3', 'town', alias='crossed',
        reason="case when crossed.kept_count > 0 and crossed.other_kept_count > 0 then 'both_collect' else 'both_claim' end",
        since='crossed.since_date',
        evidence='{crossed.town_name}（{crossed.town_code}）由{bureau.bureau_name}（{crossed.ground}）和{other.bureau_name}（{crossed.other_ground}）同时主张管辖；城乡居民两险有效户籍中，
            前者管理{crossed.kept_count}条，后者管理{crossed.other_kept_count}条；市局明确由谁管理、由谁征缴，终止另一方的归属后解除。',
    ) }},
    crossed.town_name,
    bureau.bureau_name,
    crossed.ground,
    crossed.other_bureau_code,
    other.bureau_name as other_bureau_name,
    crossed.other_ground,
    crossed.claim_count,
    crossed.kept_count,
    crossed.other_kept_count
from crossed
left join {{ ref('dim_bureau') }} as bureau on crossed.bureau_code = bureau.bureau_code
left join {{ ref('dim_bureau') }} as other on crossed.other_bureau_code = other.bureau_code

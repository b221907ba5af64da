-- Claims of bureaus on towns that hold on as_of, in order: where the town lies before a zone, the older one first. Grain: town_code × bureau_code.
select
    town_code,
    bureau_code,
    town_name,
    ground,
    valid_from_date,
    cast(
        row_number() over (partition by town_code order by coalesce(claim_code, '2'), valid_from_date, bureau_code) as integer
    ) as claim_order,
    cast(count(*) over (partition by town_code) as integer) as claim_count
from {{ ref('stg_tax_registry__town_claim') }}
where
    town_code is not null
    and bureau_code is not null
    and coalesce(valid_from_date <= {{ as_of_date() }}, true)
    and coalesce(valid_to_date >= {{ as_of_date() }}, true)

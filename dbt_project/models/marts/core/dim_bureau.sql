-- Tax bureaus: the 16 that are ranked, the city bureau, the second branch. Grain: bureau_code.
select
    bureau_code,
    bureau_name,
    short_name,
    district_code,
    kind,
    parent_bureau_code,
    sort_order,
    is_ranked,
    is_assumed
from {{ ref('ref_bureau') }}

-- Tax files that were merged away (并档), each with the file that took its place. Grain: old_taxpayer_key.
select
    old_taxpayer_key,
    taxpayer_key,
    reason,
    merged_at
from {{ ref('stg_tax_registry__file_merge') }}
where old_taxpayer_key is not null
qualify row_number() over (partition by old_taxpayer_key order by merged_at desc, merge_no desc) = 1

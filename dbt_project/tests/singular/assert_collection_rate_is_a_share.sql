-- A rate lies between 0 and 1 and is missing exactly where nothing was due; settled money was collected before.
select
    period,
    level,
    area_code,
    cut_type,
    cut_code,
    basis,
    numerator,
    denominator,
    settled_numerator,
    rate
from {{ ref('mtr_collection_rate') }}
where
    (denominator = 0) <> (rate is null)
    or numerator < 0
    or numerator > denominator
    or settled_numerator > denominator
    or (rank is not null and rate is null)

-- Floor and ceiling of the monthly base by year (缴费基数上下限). Grain: base_year.
select
    base_year,
    {{ decimal18('floor_amount') }} as floor_amount,
    {{ decimal18('ceiling_amount') }} as ceiling_amount,
    valid_from_date,
    valid_to_date
from {{ ref('stg_tax_registry__base_limit') }}

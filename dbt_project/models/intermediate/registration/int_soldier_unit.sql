-- Employers that settle retired soldiers (安置退役士兵单位) and are recognised as such. Grain: taxpayer_key.
select
    units.taxpayer_key,
    units.unit_name,
    coalesce(authorities.bureau_code, units.bureau_code) as bureau_code,
    units.settled_count,
    units.recognised_at,
    units.valid_to_date,
    coalesce(units.valid_to_date >= {{ as_of_date() }}, true) as is_valid
from {{ ref('stg_tax_registry__soldier_unit') }} as units
left join {{ ref('int_tax_authority') }} as authorities on units.bureau_code = authorities.authority_code

-- Towns with the bureau that is responsible. Grain: town.
select
    division_code,
    division_name,
    bureau_code
from dim_division
where level = 'town'
order by division_code

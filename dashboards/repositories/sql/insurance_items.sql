-- Names of insurance items. Grain: item.
select *
from dim_insurance_item

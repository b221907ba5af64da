-- Insurance items of both departments with their codes at tax. Grain: insurance_code.
select
    insurance_code,
    insurance_name,
    department_code,
    agency_item_code,
    zsxm_code,
    zspm_code,
    is_treasury,
    sort_order,
    is_assumed
from {{ ref('ref_insurance_item') }}

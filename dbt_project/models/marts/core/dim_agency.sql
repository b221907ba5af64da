-- Social-insurance agencies (经办机构). Grain: agency_code.
select
    agency_code,
    agency_name,
    district_code,
    level,
    sort_order,
    is_assumed
from {{ ref('ref_agency') }}

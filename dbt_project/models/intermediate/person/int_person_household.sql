-- Virtual households: villages and schools that declare and pay for many persons; without contact and account. Grain: household_no.
select
    household_no,
    household_name,
    household_type_code,
    town_code,
    village_code,
    school_code,
    bureau_code,
    agency_code,
    opened_date,
    coalesce(status_code, '1') as status_code
from {{ ref('stg_tax_virtual__household') }}

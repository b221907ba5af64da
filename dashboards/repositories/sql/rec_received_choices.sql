-- Unit categories, household classes and agencies that occur in a month. Grain: kind x code.
select distinct 'unit_type' as kind, unit_type_code as code, unit_type_name as name
from rec_received_by_item
where basis_code = $basis and ($period is null or month = $period)
union all
select distinct 'household' as kind, household_class_code as code, household_class_name as name
from rec_received_by_item
where basis_code = $basis and ($period is null or month = $period)
union all
select distinct 'agency' as kind, agency_code as code, agency_code as name
from rec_received_by_item
where basis_code = $basis and agency_code is not null and ($period is null or month = $period)
order by kind, code

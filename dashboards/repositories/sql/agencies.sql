-- Names of agencies. Grain: agency.
select *
from dim_agency

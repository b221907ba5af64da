-- The exchange systems as they are now. Grain: system.
select *
from mon_system
order by system_code

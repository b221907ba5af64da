-- Bureaus and towns that have figures, with the bureau of each town. Grain: area.
select distinct level, area_code, area_name, parent_code
from mtr_collection_rate
where level in ('bureau', 'town')
order by level, area_code

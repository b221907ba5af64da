-- Money of the business date and what is still missing, of one area. Grain: one row.
select *
from mtr_today
where level = $level and area_code = $area_code

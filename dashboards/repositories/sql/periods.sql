-- Fee periods that have figures, newest first. Grain: period.
select distinct period
from mtr_collection_rate
order by period desc

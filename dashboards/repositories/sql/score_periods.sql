-- Months that have a score. Grain: month.
select distinct period
from mtr_score
order by period desc

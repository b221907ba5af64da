-- Periods for which a metric has figures. Grain: period.
select distinct period
from {table}
where metric_id = $metric_id and period_type = $period_type
order by period desc

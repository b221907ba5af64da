-- Cuts of a metric in one period that have figures. Grain: cut x value.
select distinct
    cut_type,
    cut_code,
    cut_name
from {table}
where metric_id = $metric_id and period_type = $period_type and period = $period and cut_type <> 'total'
order by cut_type, cut_code

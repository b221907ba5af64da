-- All metrics in words. Grain: metric.
select *
from mtr_definition
order by cube, metric_id

-- What a metric means, in words. Grain: metric x basis.
select *
from mtr_definition
where metric_id = $metric_id
order by basis

-- What a metric means, in words; a family names all its bases. Grain: metric.
select *
from mtr_definition
where family = $metric_id or metric_id = $metric_id
order by basis, metric_id

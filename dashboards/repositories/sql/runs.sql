-- Newest runs. Grain: run.
select *
from ops_run
order by started_at desc
limit 14

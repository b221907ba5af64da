-- The newest result of each check of this business date, worst first: the hourly watch runs a few of them, the day's run all. Grain: check.
select c.*
from ops_check_result as c
inner join ops_run as r on c.run_id = r.run_id
inner join snapshot as s on r.as_of = s.as_of
qualify row_number() over (partition by c.check_name, c.model_name order by r.started_at desc, c.run_id desc) = 1
order by
    case c.status when 'FAIL' then 0 when 'WARN' then 1 when 'N/A' then 2 else 3 end,
    c.failures desc nulls last,
    c.check_name

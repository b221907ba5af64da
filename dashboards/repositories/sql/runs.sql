-- Newest runs; of the hourly watch only the newest and those that failed. Grain: run.
select *
from ops_run
qualify
    coalesce(job, '') <> 'hourly_watch'
    or status not in ('success', 'degraded')
    or row_number() over (partition by job order by started_at desc, run_id) = 1
order by started_at desc
limit 14

-- Newest runs of the matching of rosters. Grain: run.
select *
from ops_roster_run
order by started_at desc, run_id
limit 8

-- What the newest run of the matching of rosters left behind, by outcome and method or reason. Grain: outcome x method or reason.
select
    match_state,
    code,
    lines
from ops_roster_count
where run_id = (select ops_roster_run.run_id from ops_roster_run order by ops_roster_run.started_at desc, ops_roster_run.run_id limit 1)
order by match_state, lines desc, code

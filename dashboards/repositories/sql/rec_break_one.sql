-- One break by its id. Grain: one row.
select *
from rec_all_break
where left(sha256(rule_id || '|' || subject_key), 16) = $finding_id

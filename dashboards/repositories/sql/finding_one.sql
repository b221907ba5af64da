-- One finding. Grain: finding.
select *
from finding
where finding_id = $finding_id

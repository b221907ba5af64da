-- Today's row of a rule's own table for one subject, with the values compared. Grain: finding.
select *
from {table}
where subject_key = $subject_key
limit 20

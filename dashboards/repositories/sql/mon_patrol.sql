-- The daily patrol of the last days. Grain: day x check.
select *
from ops_patrol
where as_of > (select max(as_of) from ops_patrol) - 21
order by as_of, check_id

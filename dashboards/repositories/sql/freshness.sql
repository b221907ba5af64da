-- How fresh each exchange table is. Grain: table.
select *
from ops_freshness
order by source_name, table_name

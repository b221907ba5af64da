-- What the newest run read from each table. Grain: table.
select *
from ops_sync_table
where run_id = (select run_id from ops_sync_table order by synced_at desc nulls last limit 1)
order by source_name, table_name

-- What each table's newest sync read: the hourly watch reads a few tables, the day's run all. Grain: table.
select *
from ops_sync_table
qualify row_number() over (partition by source_name, table_name order by synced_at desc nulls last, run_id desc) = 1
order by source_name, table_name

-- Rows in quarantine as each table's newest sync that came to its end counted them. Grain: table.
select
    source_name,
    table_name,
    rows_quarantined
from ops_sync_table
where status = 'ok'
qualify row_number() over (partition by source_name, table_name order by synced_at desc nulls last, run_id desc) = 1
order by source_name, table_name

-- Exchange tables that some published tables are made of, when each last changed, and how many hours later it is late. Grain: published table x exchange table.
select
    mart_source.model_name,
    mart_source.source_name,
    mart_source.table_name,
    mart_source.title,
    mart_source.warn_after_hours,
    ops_freshness.latest_cursor_at,
    ops_freshness.synced_at,
    ops_freshness.status
from mart_source
left join ops_freshness
    on mart_source.source_name = ops_freshness.source_name and mart_source.table_name = ops_freshness.table_name
where list_contains($models, mart_source.model_name)
order by mart_source.model_name, mart_source.source_name, mart_source.table_name

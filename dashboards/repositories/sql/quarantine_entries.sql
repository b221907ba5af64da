-- Problems of rows in quarantine with masked keys and values, the newest first. Grain: row x column x reason.
select
    source_name,
    table_name,
    key_text,
    column_name,
    reason,
    raw_value_masked,
    quarantined_at
from ops_quarantine
order by quarantined_at desc, source_name, table_name, key_text, column_name, reason
limit 200

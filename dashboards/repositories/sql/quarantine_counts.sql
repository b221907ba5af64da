-- Problems of rows in quarantine, counted: a row may have several. Grain: table x column x reason.
select
    source_name,
    table_name,
    column_name,
    reason,
    sum(row_count) as problem_count,
    max(last_at) as last_at
from agg_quarantine
group by source_name, table_name, column_name, reason
order by problem_count desc, source_name, table_name
limit 100

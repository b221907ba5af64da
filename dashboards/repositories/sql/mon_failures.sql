-- Failed inserts of 30 days by table and error. Grain: system x table x error.
select
    system_name,
    table_name,
    table_title,
    business_code,
    error_code,
    error_name,
    who,
    sum(batch_count) as batch_count,
    sum(row_count) as row_count,
    sum(open_batch_count) as open_batch_count,
    sum(open_row_count) as open_row_count,
    max(longest_open_minutes) as longest_open_minutes,
    max(failed_date) as newest_date
from mon_insert_failure_day
group by all
order by open_row_count desc, batch_count desc, system_name, table_name, error_code

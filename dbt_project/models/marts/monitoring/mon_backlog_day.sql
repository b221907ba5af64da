-- Backlog, arrivals and reading of each exchange table on each watched day, for the history of the health page. Grain: table_name x day.
select
    table_name,
    day,
    is_workday,
    unread_rows,
    sent_rows,
    read_rows,
    mean_wait_hours
from {{ ref('int_exchange_backlog_day') }}

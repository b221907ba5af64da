-- Unread rows of each exchange table on the last days. Grain: table x day.
select
    table_name,
    day,
    unread_rows
from mon_backlog_day
where day > (select max(day) from mon_backlog_day) - 21
order by table_name, day

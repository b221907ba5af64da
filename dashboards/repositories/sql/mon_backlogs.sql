-- Unread rows of each exchange table against usual. Grain: table.
select *
from mon_backlog
order by table_name

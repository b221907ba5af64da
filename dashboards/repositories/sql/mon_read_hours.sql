-- Rows read by the hour of the day over all tables of one reader, against usual. Grain: reader x hour.
select
    b.reader,
    r.hour_of_day,
    sum(r.read_rows) as read_rows,
    sum(r.usual_rows) as usual_rows
from mon_read_hour as r
inner join mon_backlog as b on r.table_name = b.table_name
group by b.reader, r.hour_of_day
order by b.reader, r.hour_of_day

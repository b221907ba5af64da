-- Periods and reasons that occur in a rule's own table. Grain: period and reason.
select
    period,
    reason_code,
    count(*) as row_count
from {table}
group by period, reason_code
order by row_count desc, period, reason_code

-- The exceptions table of a month by class: settled in part, one-sided, paid twice. Grain: class.
select
    exception_code,
    max(exception_name) as exception_name,
    count(*) as break_count,
    sum(abs(difference)) as amount,
    count(case when is_overdue then 1 end) as overdue_count
from rec_internal_break
where
    exception_code is not null
    and ($period is null or period = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
group by exception_code
order by exception_code

-- Results of the newest run's checks, worst first. Grain: check.
select *
from ops_check_result
where run_id = (select s.run_id from snapshot as s limit 1)
order by
    case status when 'FAIL' then 0 when 'WARN' then 1 when 'N/A' then 2 else 3 end,
    failures desc nulls last,
    check_name

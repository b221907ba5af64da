-- Where the bills of one period stand in the chain. Grain: stage x department.
select
    stage_code,
    stage_name,
    sort_order,
    department_code,
    sum(bill_count) as bill_count,
    sum(amount) as amount,
    min(oldest_sent_date) as oldest_sent_date
from mtr_stage
where period = $period and ($bureau_code is null or bureau_code = $bureau_code)
group by stage_code, stage_name, sort_order, department_code
order by sort_order, department_code

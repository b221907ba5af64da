-- From the first side's total to the other's, one line a cause. Grain: step.
select
    step_no,
    step_code,
    max(step_name) as step_name,
    sum(case_count) as case_count,
    sum(amount) as amount
from rec_waterfall
where
    pair = $pair
    and measure = $measure
    and ($period is null or month = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
group by step_no, step_code
order by step_no, abs(sum(amount)) desc, step_code

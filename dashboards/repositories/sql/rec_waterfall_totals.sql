-- Where the totals of every pair go in a month: on their way, under a cause, arrived. Grain: pair x measure.
select
    pair,
    measure,
    sum(case when step_no = 0 then case_count else 0 end) as case_count,
    sum(case when step_no = 0 then amount else 0 end) as first_amount,
    sum(case when step_no = 1 then amount else 0 end) as in_transit_amount,
    sum(case when step_no = 2 then amount else 0 end) as cause_amount,
    sum(case when step_no = 2 then case_count else 0 end) as cause_count,
    sum(case when step_no = 9 then amount else 0 end) as other_amount,
    sum(case when step_no = 9 then -amount else amount end) as remainder
from rec_waterfall
where
    ($period is null or month = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
group by pair, measure
order by pair, measure

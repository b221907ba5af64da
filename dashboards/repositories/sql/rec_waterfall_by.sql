-- The way of one pair's total by insurance item, agency or bureau; every line closes by itself. Grain: value of the dimension.
select
    case $dimension
        when 'insurance' then insurance_code when 'agency' then agency_code else bureau_code
    end as code,
    sum(case when step_no = 0 then amount else 0 end) as first_amount,
    sum(case when step_no = 1 then amount else 0 end) as in_transit_amount,
    sum(case when step_no = 2 then amount else 0 end) as cause_amount,
    sum(case when step_no = 2 then case_count else 0 end) as cause_count,
    sum(case when step_no = 9 then amount else 0 end) as other_amount,
    sum(case when step_no = 9 then -amount else amount end) as remainder
from rec_waterfall
where
    pair = $pair
    and measure = $measure
    and ($period is null or month = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
group by code
order by abs(cause_amount) desc, cause_count desc, code

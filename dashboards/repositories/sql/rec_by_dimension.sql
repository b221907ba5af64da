-- Differences of one pair and measure by insurance item (items), agency or bureau (whole bills). Grain: value of the dimension.
select
    case $dimension
        when 'insurance' then insurance_code when 'agency' then agency_code else bureau_code
    end as code,
    sum(bill_count) as bill_count,
    sum(case when outcome_code between 2 and 6 then bill_count else 0 end) as break_count,
    sum(tax_amount) as tax_amount,
    sum(agency_amount) as agency_amount,
    sum(difference) as difference
from rec_summary
where
    pair = $pair
    and measure = $measure
    and (insurance_code <> '*') = ($dimension = 'insurance')
    and ($period is null or period = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
group by code
order by break_count desc, code

-- Finance income against business arrivals of a month by day, with the causes whose sum is the difference. Grain: day.
select
    day,
    sum(income_amount) as income_amount,
    sum(arrival_amount) as arrival_amount,
    sum(difference) as difference,
    sum(amount_difference) as amount_difference,
    sum(crosses_day_amount) as crosses_day_amount,
    sum(crosses_month_amount) as crosses_month_amount,
    sum(not_returned_amount) as not_returned_amount,
    sum(not_read_amount) as not_read_amount,
    sum(without_income_amount) as without_income_amount
from rec_arrival_day
where
    pair = $pair
    and strftime(day, '%Y%m') = $period
group by day
order by day

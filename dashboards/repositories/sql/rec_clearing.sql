-- How many working days clearing took in history, all ways of payment together. Grain: pair x measure.
select
    pair,
    measure,
    case_count,
    median_workdays,
    expected_workdays,
    longest_workdays
from rec_clearing_time
where channel_code = '*'
order by pair, measure

-- The three buckets of collection and settlement by month, newest first. Grain: month.
select
    month,
    sum(collected_amount) as collected_amount,
    sum(settled_same_month) as settled_same_month,
    sum(settled_later_month) as settled_later_month,
    sum(not_settled_amount) as not_settled_amount,
    sum(settled_from_earlier) as settled_from_earlier,
    sum(settled_amount) as settled_amount
from rec_bucket
where
    ($bureau_code is null or bureau_code = $bureau_code)
    and ($agency_code is null or agency_code = $agency_code)
    and ($last_month is null or month <= $last_month)
group by month
order by month desc
limit 6

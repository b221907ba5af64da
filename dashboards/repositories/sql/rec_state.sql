-- Whether the period came out even, and by how much not. Grain: one row.
select
    count(*) as groups,
    sum(case when outcome_code between 2 and 6 then bill_count else 0 end) as break_count,
    sum(case when outcome_code between 2 and 6 then abs(difference) else 0 end) as break_amount
from rec_summary
where
    ($period is null or period = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)

-- Whether the period came out even, and by how much not; a bill counts once. Grain: one row.
select
    (
        select count(*)
        from rec_summary
        where ($period is null or period = $period) and ($bureau_code is null or bureau_code = $bureau_code)
    ) as groups,
    count(*) as break_count,
    sum(abs(difference)) as break_amount
from rec_break
where
    is_counted
    and ($period is null or period = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)

-- Whether a period came out even, bureau by bureau, and by how much not; a bill counts once. Grain: bureau that was compared.
select
    compared.bureau_code,
    count(breaks.bureau_code) as break_count,
    coalesce(sum(abs(breaks.difference)), 0) as break_amount
from (select distinct bureau_code from rec_summary where period = $period) as compared
left join (
    select bureau_code, difference
    from rec_break
    where is_counted and period = $period
) as breaks on compared.bureau_code = breaks.bureau_code
group by compared.bureau_code
order by compared.bureau_code

-- Annuity transfers against bills in the users' four cases; what is none of them stands last. Grain: case, or cause where it is none.
select
    case_code,
    coalesce(max(case_name), max(cause)) as case_name,
    cause_code,
    count(*) as break_count,
    sum(tax_amount) as tax_amount,
    sum(agency_amount) as agency_amount,
    sum(abs(difference)) as amount,
    count(case when is_overdue then 1 end) as overdue_count
from rec_annuity_break
where
    is_counted
    and ($period is null or strftime(since_date, '%Y%m') = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
group by case_code, cause_code
order by case_code nulls last, cause_code

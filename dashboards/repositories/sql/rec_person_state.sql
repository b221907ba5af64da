-- Whether one insurance of natural persons came out even from a month on, in all comparisons of a payment. Grain: one row.
select
    count(*) as groups,
    sum(case when outcome_code between 2 and 6 then case_count else 0 end) as break_count
from rec_person_summary
where
    insurance_code = $insurance_code
    and month >= $since
    and ($bureau_code is null or bureau_code = $bureau_code)

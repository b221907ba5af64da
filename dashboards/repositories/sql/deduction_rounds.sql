-- The last rounds of batch deduction of natural persons that were sent, how each went. Grain: round.
select
    deduction_batch_no,
    min(generated_date) as generated_date,
    max(submitted_date) as submitted_date,
    sum(item_count) as listed_count,
    sum(case when result_class = 'voided' then item_count else 0 end) as voided_count,
    sum(case when result_class not in ('voided', 'waiting') then item_count else 0 end) as sent_count,
    sum(case when result_class = 'success' then item_count else 0 end) as success_count,
    sum(case when result_class = 'unanswered' then item_count else 0 end) as unanswered_count,
    cast(sum(case when result_class = 'success' then amount else 0 end) as decimal(18, 2)) as success_amount
from mtr_deduction_round
where
    ($bureau_code is null or bureau_code = $bureau_code)
    and ($insurance_code is null or insurance_code = $insurance_code)
group by deduction_batch_no
having max(submitted_date) is not null
order by generated_date desc, deduction_batch_no desc
limit 12

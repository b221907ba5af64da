-- Items of batch deductions that wait to be sent, by verdict and first reason. Grain: verdict x rule x reason.
select
    verdict,
    rule_id,
    reason_code,
    count(*) as item_count,
    cast(sum(amount) as decimal(18, 2)) as amount,
    cast(sum(refund_saved_amount) as decimal(18, 2)) as refund_saved_amount
from mtr_deduction_gate
where
    ($bureau_code is null or bureau_code = $bureau_code)
    and ($insurance_code is null or insurance_code = $insurance_code)
group by verdict, rule_id, reason_code
order by case verdict when 'stop' then 0 when 'check' then 1 else 2 end, item_count desc, rule_id nulls first, reason_code

-- Why the items of the last rounds were not deducted, by reason. Grain: reason.
with rounds as (
    select deduction_batch_no
    from mtr_deduction_round
    where
        ($bureau_code is null or bureau_code = $bureau_code)
        and ($insurance_code is null or insurance_code = $insurance_code)
    group by deduction_batch_no
    having max(submitted_date) is not null
    order by min(generated_date) desc, deduction_batch_no desc
    limit 12
)

select
    r.result_class,
    coalesce(c.code_name, r.result_class) as result_name,
    sum(r.item_count) as item_count,
    cast(sum(r.amount) as decimal(18, 2)) as amount
from mtr_deduction_round as r
left join dim_code as c on c.code_type = 'bank_reason' and r.result_class = c.code
where
    r.deduction_batch_no in (select rounds.deduction_batch_no from rounds)
    and ($bureau_code is null or r.bureau_code = $bureau_code)
    and ($insurance_code is null or r.insurance_code = $insurance_code)
    and r.result_class not in ('success', 'waiting', 'voided', 'unanswered')
group by r.result_class, coalesce(c.code_name, r.result_class)
order by item_count desc, r.result_class

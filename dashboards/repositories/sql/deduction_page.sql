-- One page of the waiting items that are not simply to go (or of one verdict or reason), in a chosen order. Grain: item.
select
    item_no,
    deduction_batch_no,
    person_no,
    insurance_code,
    bureau_code,
    town_code,
    fee_year,
    generated_date,
    amount,
    verdict,
    rule_id,
    reason_code,
    reason_count,
    rule_ids,
    refund_saved_amount
from mtr_deduction_gate
where
    ($bureau_code is null or bureau_code = $bureau_code)
    and ($insurance_code is null or insurance_code = $insurance_code)
    and case when $verdict is null then verdict <> 'go' else verdict = $verdict end
    and ($reason_code is null or reason_code = $reason_code)
    and (
        $search is null
        or contains(lower(coalesce(person_no, '')), $search)
        or contains(lower(coalesce(item_no, '')), $search)
        or contains(lower(coalesce(deduction_batch_no, '')), $search)
    )
order by
    case when $sort = 'amount' then amount end desc nulls last,
    case when $sort = 'new' then generated_date end desc nulls last,
    case verdict when 'stop' then 0 when 'check' then 1 else 2 end,
    amount desc,
    item_no
limit $page_size
offset $page_offset

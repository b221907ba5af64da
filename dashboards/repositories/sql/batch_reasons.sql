-- Bills that banks were asked for in a month and that no attempt deducted, by what the last attempt said. Grain: reason.
with bills as (
    select
        bill_key,
        amount,
        is_success,
        case when not is_returned then 'no_answer' else coalesce(reason_class, 'unknown') end as reason_code
    from fct_deduction
    where batch_month = $batch_month and ($bureau_code is null or bureau_code = $bureau_code)
    qualify row_number() over (
        partition by coalesce(bill_key, batch_item_key)
        order by is_success desc, sent_date desc nulls last, returned_date desc nulls last, batch_item_key desc
    ) = 1
)

select
    reason_code,
    count(*) as item_count,
    cast(sum(amount) as decimal(18, 2)) as amount
from bills
where not is_success
group by reason_code
order by item_count desc, reason_code

-- Bills that banks were asked for in a month by the agreement's bank: asked for, deducted, answered otherwise, unanswered. Grain: bank.
with bills as (
    select
        d.amount,
        d.is_success,
        d.is_returned,
        coalesce(a.bank_code, 'UNKNOWN') as bank_code
    from fct_deduction as d
    left join fct_agreement as a on d.agreement_key = a.agreement_key
    where d.batch_month = $batch_month and ($bureau_code is null or d.bureau_code = $bureau_code)
    qualify row_number() over (
        partition by coalesce(d.bill_key, d.batch_item_key)
        order by d.is_success desc, d.sent_date desc nulls last, d.returned_date desc nulls last, d.batch_item_key desc
    ) = 1
)

select
    bank_code,
    count(*) as sent_count,
    count_if(is_success) as success_count,
    count_if(not is_success and is_returned) as failed_count,
    count_if(not is_returned) as unanswered_count,
    cast(sum(amount) as decimal(18, 2)) as sent_amount,
    cast(sum(case when is_success then amount else 0 end) as decimal(18, 2)) as success_amount
from bills
group by bank_code
order by sent_count desc, bank_code

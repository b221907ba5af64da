-- Bills that banks were asked for in a month, by the agreement's bank and what came of them: a ticket succeeds with any attempt, a bill when all
-- its tickets did; else the last answer of what is missing. Grain: bank x result.
with tickets as (
    select
        coalesce(bill_key, batch_item_key) as bill_key,
        batch_item_key,
        agreement_key,
        amount,
        sent_date,
        is_success,
        case
            when is_success then 'success'
            when not is_returned then 'no_answer'
            else coalesce(reason_class, 'unknown')
        end as result_code
    from fct_deduction
    where batch_month = $batch_month and ($bureau_code is null or bureau_code = $bureau_code)
    qualify row_number() over (
        partition by coalesce(bill_key, batch_item_key), ticket_no
        order by is_success desc, sent_date desc nulls last, returned_date desc nulls last, batch_item_key desc
    ) = 1
),

bills as (
    select
        agreement_key,
        result_code,
        sum(amount) over (partition by bill_key) as amount
    from tickets
    qualify row_number() over (partition by bill_key order by is_success, sent_date desc nulls last, batch_item_key desc) = 1
)

select
    coalesce(a.bank_code, 'UNKNOWN') as bank_code,
    bills.result_code,
    count(*) as bill_count,
    cast(sum(bills.amount) as decimal(18, 2)) as amount
from bills
left join fct_agreement as a on bills.agreement_key = a.agreement_key
group by coalesce(a.bank_code, 'UNKNOWN'), bills.result_code
order by bank_code, bills.result_code

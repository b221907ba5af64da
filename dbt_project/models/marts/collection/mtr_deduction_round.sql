-- Rounds of batch deduction of natural persons, as they went: what was listed, voided before it was sent, is waiting, was sent and not answered, succeeded,
-- or failed, and why. Counts only. Grain: deduction_batch_no × insurance_code × bureau_code × result_class.
with items as (

    select
        item.deduction_batch_no,
        item.insurance_code,
        coalesce(registration.bureau_code, item.authority_code) as bureau_code,
        item.fee_year,
        cast(item.generated_at as date) as generated_date,
        cast(item.submitted_at as date) as submitted_date,
        item.amount,
        case
            when item.is_success then 'success'
            when item.is_returned then coalesce(item.reason_class, 'unknown')
            when item.is_voided then 'voided'
            when item.submitted_at is not null then 'unanswered'
            else 'waiting'
        end as result_class
    from {{ ref('int_person_batch_item') }} as item
    left join {{ ref('int_person_registration') }} as registration on item.fee_registration_no = registration.fee_registration_no
    where item.deduction_batch_no is not null

)

select
    deduction_batch_no,
    insurance_code,
    coalesce(bureau_code, '') as bureau_code,
    result_class,
    min(generated_date) as generated_date,
    max(submitted_date) as submitted_date,
    max(fee_year) as fee_year,
    cast(count(*) as bigint) as item_count,
    {{ sum_amount('amount') }} as amount
from items
group by deduction_batch_no, insurance_code, coalesce(bureau_code, ''), result_class

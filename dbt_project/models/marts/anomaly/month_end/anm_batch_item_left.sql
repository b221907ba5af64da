-- Bills whose last batch deduction failed and whose item still stands in the to-deduct list after the month's batch is over: to be voided, or
-- they are missed in the month's returns. The batch is over from a day of the month on, and one working day after the failure at the
-- earliest. Grain: bill.
{% set delay = var('a7_06_delay', 1) %}
{% set end_day = var('a7_06_batch_end_day', 25) %}
with left_over as (
    select *
    from {{ ref('int_to_deduct_item') }}
    where
        is_last
        and state_code = '4'
        and voided_at is null
        and returned_at is not null
        and bill_key is not null
        and {{ past_delay('returned_at', delay) }}
        and (
            {{ to_period('returned_at') }} < {{ as_of_period() }}
            or {{ day_of_month(as_of_date()) }} >= {{ end_day | int }}
        )
    qualify row_number() over (
        partition by bill_key
        order by returned_at, to_deduct_item_key
    ) = 1
)

select
    {{ finding_of(
        'A7.6', 'bill',
        reason="case when left_over.batch_month < " ~ as_of_period() ~ " then 'earlier_month' else 'this_month' end",
        since='left_over.returned_at',
        evidence='“{unit.unit_name}”{bill.period|month}的征集单（流水号{bill.notice_serial}、批次{bill.batch_no}、{left_over.amount|money}元）于{left_over.returned_at|date}批扣失败
            （{left_over.return_code} {left_over.return_text}），批扣结束后待批扣清册仍未作废；作废待批扣清册后解除。',
        values={'amount': 'left_over.amount', 'agreement_key': 'left_over.agreement_key'},
    ) }},
    unit.unit_name,
    unit.unit_no,
    bill.notice_serial,
    bill.batch_no,
    left_over.ticket_no,
    left_over.batch_month,
    left_over.generated_at,
    left_over.sent_at,
    left_over.returned_at,
    left_over.return_code,
    left_over.return_text,
    cast(bill.collected_amount as decimal(18, 2)) as collected_amount
from left_over
inner join {{ ref('int_bill') }} as bill on left_over.bill_key = bill.bill_key
left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key

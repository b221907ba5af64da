-- Valid bills that are paid in part: some money was remitted, less than the bill's amount. Grain: bill.
with partly_paid as (
    select
        bill.*,
        unit.unit_name,
        bill.amount - bill.collected_amount as missing_amount
    from {{ ref('int_bill') }} as bill
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
    where bill.is_valid and bill.collected_amount > 0 and bill.collected_amount < bill.amount
)

select
    {{ finding_of(
        'A7.4', 'bill', alias='partly_paid',
        reason="'partly_paid'",
        since='partly_paid.first_collected_date',
        evidence='“{partly_paid.unit_name}”{partly_paid.period|month}的征集单（流水号{partly_paid.notice_serial}、批次{partly_paid.batch_no}）
            应缴{partly_paid.amount|money}元，只缴纳{partly_paid.collected_amount|money}元，还差{partly_paid.missing_amount|money}元；
            征期结束前催缴补足后解除。',
        values={'amount': 'partly_paid.missing_amount'},
    ) }},
    partly_paid.unit_name,
    partly_paid.notice_serial,
    partly_paid.batch_no,
    partly_paid.channel_code,
    cast(partly_paid.amount as decimal(18, 2)) as bill_amount,
    cast(partly_paid.invoiced_amount as decimal(18, 2)) as invoiced_amount,
    cast(partly_paid.collected_amount as decimal(18, 2)) as collected_amount,
    partly_paid.first_collected_date,
    partly_paid.last_collected_date
from partly_paid

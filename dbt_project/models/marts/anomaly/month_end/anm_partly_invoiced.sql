-- Valid bills of which only a part of the declared amount (of the bill's, where nothing is declared) is invoiced:
-- the rest cannot be returned. Grain: bill.
with receivable as (
    select
        bill.*,
        unit.unit_name,
        case when bill.declared_amount > 0 then bill.declared_amount else bill.amount end as due_amount
    from {{ ref('int_bill') }} as bill
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
    where bill.is_valid and bill.invoiced_amount > 0
)

select
    {{ finding_of(
        'A7.5', 'bill', alias='receivable',
        reason="'partly_invoiced'",
        since='receivable.first_invoiced_at',
        evidence='“{receivable.unit_name}”{receivable.period|month}的征集单（流水号{receivable.notice_serial}、批次{receivable.batch_no}）
            应征{receivable.due_amount|money}元，只开票{receivable.invoiced_amount|money}元，余下
            {receivable.due_amount - receivable.invoiced_amount|money}元无法回盘；补开票并催缴，或作废余下部分后解除。',
        values={'amount': 'receivable.due_amount - receivable.invoiced_amount'},
    ) }},
    receivable.unit_name,
    receivable.notice_serial,
    receivable.batch_no,
    receivable.channel_code,
    cast(receivable.amount as decimal(18, 2)) as bill_amount,
    cast(receivable.declared_amount as decimal(18, 2)) as declared_amount,
    cast(receivable.invoiced_amount as decimal(18, 2)) as invoiced_amount,
    cast(receivable.collected_amount as decimal(18, 2)) as collected_amount,
    receivable.first_invoiced_at
from receivable
where receivable.invoiced_amount < receivable.due_amount

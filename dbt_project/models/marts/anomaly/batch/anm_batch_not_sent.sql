-- Bills that stand in the to-deduct list and were never sent to the bank, before the batch is over: with the first reason that explains
-- it in the bill, the association or the agreement. Grain: bill.
with waiting as (
    select
        item.to_deduct_item_key,
        item.bill_key,
        item.ticket_no,
        item.agreement_key,
        item.authority_code,
        item.amount as item_amount,
        item.generated_at,
        item.state_code
    from {{ ref('int_to_deduct_item') }} as item
    where item.is_last and item.sent_at is null and item.voided_at is null and item.bill_key is not null and item.state_code in ('1', '4')
    qualify row_number() over (
        partition by item.bill_key
        order by item.generated_at, item.to_deduct_item_key
    ) = 1
),

explained as (
    select
        waiting.*,
        bill.collected_amount,
        agreement.is_valid as is_agreement_valid,
        agreement.is_batch,
        agreement.verify_code,
        case
            when not bill.is_valid then 'bill_void'
            when bill.collected_amount >= bill.amount then 'paid_otherwise'
            when unit.is_associated = false then 'not_associated'
            when agreement.agreement_key is null then 'agreement_missing'
            when not agreement.is_valid then 'agreement_ended'
            when agreement.is_batch = false then 'not_for_batch'
            when coalesce(agreement.verify_code, '0') <> '1' then 'agreement_not_verified'
            when agreement.authority_bureau_code <> unit.bureau_code then 'authority_differs'
            else 'not_decided'
        end as reason_code
    from waiting
    inner join {{ ref('int_bill') }} as bill on waiting.bill_key = bill.bill_key
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
    left join {{ ref('int_agreement') }} as agreement on waiting.agreement_key = agreement.agreement_key
)

select
    {{ finding_of(
        'A8.2', 'bill',
        reason='explained.reason_code',
        since='explained.generated_at',
        evidence='“{unit.unit_name}”{bill.period|month}的征集单（流水号{bill.notice_serial}、批次{bill.batch_no}、{explained.item_amount|money}元）于
            {explained.generated_at|date}生成待批扣清册，至今未送银行批扣，' ~ "{case explained.reason_code when 'bill_void' then '单据已撤销或作废' when 'paid_otherwise' then '该单已以其他方式缴纳' when 'not_associated' then '户籍未关联' when 'agreement_missing' then '没有对应的三方协议' when 'agreement_ended' then '三方协议已终止' when 'not_for_batch' then '三方协议不是批扣协议' when 'agreement_not_verified' then '三方协议未验证通过' when 'authority_differs' then '协议所属机关与主管局不一致' else '单据、关联与协议均正常，原因待查' end|phrase}"
            ~ '；批扣结束前送银行批扣，或作废该清册后解除。',
        values={'amount': 'explained.item_amount', 'agreement_key': 'explained.agreement_key'},
    ) }},
    unit.unit_name,
    unit.unit_no,
    bill.notice_serial,
    bill.batch_no,
    explained.ticket_no,
    explained.generated_at,
    explained.state_code as list_state_code,
    explained.is_agreement_valid,
    explained.is_batch,
    explained.verify_code,
    explained.authority_code
from explained
inner join {{ ref('int_bill') }} as bill on explained.bill_key = bill.bill_key
left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key

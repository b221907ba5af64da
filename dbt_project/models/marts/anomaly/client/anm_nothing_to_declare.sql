-- Bills for which the client says that there is nothing to declare (无可申报数据): the money is taken or remitted, the bank's answer has not reached
-- tax. Grain: bill.
with debits as (
    select *
    from {{ ref('int_ticket_debit') }}
    where bill_key is not null and returned_at is null and (is_bank_done or remitted_amount is not null)
    qualify row_number() over (partition by bill_key order by sent_at desc nulls last, ticket_no desc) = 1
),

late as (
    select
        bill.*,
        unit.unit_name,
        debits.ticket_no,
        debits.agreement_key,
        debits.amount as debit_amount,
        debits.sent_at as debit_sent_at,
        debits.bank_done_at,
        debits.is_bank_done,
        debits.remitted_date,
        debits.remitted_amount,
        case
            when debits.remitted_amount is not null then 'remitted_not_answered'
            when debits.is_bank_done then 'deducted_not_answered'
            else 'not_decided'
        end as reason_code
    from debits
    inner join {{ ref('int_bill') }} as bill on debits.bill_key = bill.bill_key
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
)

select
    {{ finding_of(
        'A4.6.2', 'bill', alias='late',
        reason='late.reason_code',
        since='coalesce(late.bank_done_at, late.remitted_date, late.debit_sent_at)',
        evidence="“{late.unit_name}”{late.period|month}的征集单（流水号{late.notice_serial}，税票{late.ticket_no}）扣款{late.debit_amount|money}元于
            {late.debit_sent_at|date}发出，{case late.reason_code
            when 'remitted_not_answered' then '缴款书已上解'
            else '税库银结果显示银行已扣款' end|phrase}，扣款结果尚未返回，客户端提示无可申报数据；告知缴费人勿重复缴款，结果返回、客户端到账后解除。",
        values={'amount': 'late.debit_amount', 'agreement_key': 'late.agreement_key'},
    ) }},
    late.unit_name,
    late.notice_serial,
    late.batch_no,
    late.ticket_no,
    late.debit_sent_at,
    late.is_bank_done,
    late.bank_done_at,
    late.remitted_date,
    late.remitted_amount
from late

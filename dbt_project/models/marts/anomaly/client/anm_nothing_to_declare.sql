-- Bills for which the client says that there is nothing to declare (无可申报数据): the money is taken or remitted, the bank's answer has not reached
-- tax. Grain: bill.
with debits as (
    select *
    from {{ ref('int_ticket_debit') }}
    where bill_key is not null and returned_at is null and (is_bank_done or remitted_amount is not null)
    qualify row_number() over (partition by bill_key order by sent_at desc nulls last, ticket_no desc) = 1
),

subjects as (
    select bill_key from debits
    union
    select bill_key from {{ ref('int_client_nothing_due') }}
),

late as (
    select
        bill.*,
        unit.unit_name,
        debits.ticket_no,
        debits.agreement_key,
        coalesce(debits.amount, bill.collected_amount, bill.amount) as debit_amount,
        debits.sent_at as debit_sent_at,
        debits.bank_done_at,
        coalesce(debits.is_bank_done, false) as is_bank_done,
        coalesce(debits.remitted_date, bill.last_collected_date) as remitted_date,
        coalesce(debits.remitted_amount, bill.collected_amount) as remitted_amount,
        told.told_at,
        case
            when debits.remitted_amount is not null then 'remitted_not_answered'
            when debits.is_bank_done then 'deducted_not_answered'
            when bill.last_collected_date is not null then 'client_not_updated'
            else 'not_decided'
        end as reason_code
    from subjects
    inner join {{ ref('int_bill') }} as bill on subjects.bill_key = bill.bill_key
    left join debits on subjects.bill_key = debits.bill_key
    left join {{ ref('int_client_nothing_due') }} as told on subjects.bill_key = told.bill_key
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
)

select
    {{ finding_of(
        'A4.6.2', 'bill', alias='late',
        reason='late.reason_code',
        since='coalesce(late.bank_done_at, late.remitted_date, late.debit_sent_at, late.told_at)',
        evidence="“{late.unit_name}”{late.period|month}的征集单（流水号{late.notice_serial}）{late.debit_amount|money}元，客户端提示无可申报数据：{case late.reason_code
            when 'remitted_not_answered' then '缴款书已上解，扣款结果尚未返回'
            when 'deducted_not_answered' then '税库银结果显示银行已扣款，扣款结果尚未返回'
            when 'client_not_updated' then '缴款书已上解，客户端尚未更新到账情况'
            else '未查询到扣款成功或上解，原因未能判定' end|phrase}（扣款发出{late.debit_sent_at|date}，上解{late.remitted_date|date}）；
            已上解的告知缴费人勿重复缴款，结果返回、客户端到账后解除。",
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
    late.remitted_amount,
    late.told_at
from late

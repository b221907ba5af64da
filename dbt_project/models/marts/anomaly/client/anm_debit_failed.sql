-- Bills whose debit under a tri-party agreement failed and is not made good: the decided cause out of batch flag, verification, authority, the
-- bank's return code. Grain: bill.
with debits as (
    select *
    from {{ ref('int_ticket_debit') }}
    where
        bill_key is not null
        and deduction_type_code in ('1', '2')
        and returned_at is not null
        and remitted_amount is null
        and not is_bank_done
    qualify row_number() over (partition by bill_key order by returned_at desc, ticket_no desc) = 1
),

failed as (
    select
        bill.*,
        unit.unit_name,
        debits.ticket_no,
        debits.agreement_key,
        debits.deduction_type_code,
        debits.amount as debit_amount,
        debits.try_count,
        debits.first_refused_at,
        debits.returned_at,
        debits.return_code,
        debits.raw_return_code,
        coalesce(debits.return_text, codes.return_text) as return_text,
        agreement.is_batch,
        agreement.verify_code,
        agreement.authority_bureau_code,
        agreement.is_valid as is_agreement_valid,
        case
            when debits.deduction_type_code = '2' and not agreement.is_batch then 'batch_flag_off'
            when agreement.agreement_key is not null and coalesce(agreement.verify_code, '0') <> '1' then 'not_verified'
            when agreement.authority_bureau_code <> bill.bureau_code then 'authority_differs'
            when not agreement.is_valid then 'agreement_ended'
            when codes.reason_class = 'insufficient_funds' then 'insufficient_funds'
            when codes.reason_class = 'account_invalid' then 'account_invalid'
            when codes.reason_class = 'account_frozen' then 'account_frozen'
            when codes.reason_class = 'account_name_differs' then 'account_name_differs'
            when codes.reason_class = 'agreement_invalid' then 'agreement_invalid'
            when codes.reason_class = 'stopped' then 'stopped'
            when codes.reason_class = 'technical' then 'technical'
            when codes.reason_class = 'bank_other' and debits.return_text like '%余额%' then 'insufficient_funds'
            when codes.reason_class = 'bank_other' then 'bank_other'
            else 'not_decided'
        end as reason_code
    from debits
    inner join {{ ref('int_bill') }} as bill on debits.bill_key = bill.bill_key
    left join {{ ref('int_agreement') }} as agreement on debits.agreement_key = agreement.agreement_key
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
    left join {{ ref('ref_bank_return_code') }} as codes on debits.return_code = codes.return_code
    where bill.is_valid
)

select
    {{ finding_of(
        'A4.6.1', 'bill', alias='failed',
        reason='failed.reason_code',
        since='failed.first_refused_at',
        evidence="“{failed.unit_name}”{failed.period|month}的征集单（流水号{failed.notice_serial}）{case failed.deduction_type_code
            when '2' then '批量扣款' else '三方协议实时扣款' end|phrase}{failed.debit_amount|money}元失败{failed.try_count}次，最近一次{failed.returned_at|date}返回
            “{failed.return_code}{failed.return_text|phrase}”；查得{case failed.reason_code
            when 'batch_flag_off' then '协议未开通批扣标志'
            when 'not_verified' then '协议未验证通过'
            when 'authority_differs' then '协议的税款所属机关与户籍主管局不一致'
            when 'agreement_ended' then '协议已终止'
            when 'insufficient_funds' then '账户余额不足，通知单位存足款项'
            when 'account_invalid' then '账号不存在或状态异常，须重签协议'
            when 'account_frozen' then '账户被冻结'
            when 'account_name_differs' then '户名与银行登记不符'
            when 'agreement_invalid' then '银行端协议无效，须重新签约或验证'
            when 'stopped' then '银行已止付'
            when 'technical' then '交易处理失败，须先查询银行是否已扣款'
            when 'bank_other' then '银行其他原因'
            else '银行未说明，原因未能判定' end|phrase}；扣款成功、改用其他方式缴清或作废缴款书后解除。",
        values={'amount': 'failed.debit_amount', 'agreement_key': 'failed.agreement_key'},
    ) }},
    failed.unit_name,
    failed.notice_serial,
    failed.batch_no,
    failed.ticket_no,
    failed.deduction_type_code,
    failed.is_batch,
    failed.verify_code,
    failed.authority_bureau_code,
    failed.is_agreement_valid,
    failed.return_code,
    failed.return_text,
    failed.raw_return_code,
    failed.try_count,
    failed.returned_at
from failed

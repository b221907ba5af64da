-- Annuity bills whose debit at once (实时扣款) failed and was not made good. The cause was decided in int_annuity_failure: first what tax and
-- the unit can mend (the agreement and its verification when the debit was sent), then the account by the bank's answer. Grain: bill.
with failed as (
    select
        failure.*,
        {{ annuity_history_words('failure') }} as history_words,
        {{ annuity_agreement_words('failure') }} as agreement_words
    from {{ ref('int_annuity_failure') }} as failure
    where failure.way_code = '1'
)

select
    {{ finding_of(
        'A5.2', 'bill',
        reason='failed.cause_code',
        since='failed.first_failed_at',
        evidence='“{unit.unit_name}”{bill.period|month}的职业年金征集单（流水号{bill.notice_serial}、批次{bill.batch_no}、{failed.debit_amount|money}元）
            实时扣款第{failed.try_count}次于{failed.returned_at|date}失败，银行返回“{failed.return_text}”（{failed.return_code}）；
            {failed.history_words}，{failed.agreement_words}；消除原因后扣款成功，或作废缴款书，即解除。',
        values={'insurance_code': "'ZYNJ'", 'amount': 'failed.debit_amount'},
    ) }},
    unit.unit_name,
    unit.unit_no,
    bill.notice_serial,
    bill.batch_no,
    failed.annuity_agreement_key,
    failed.bank_code,
    failed.return_code,
    failed.return_text,
    failed.past_success_count,
    failed.last_succeeded_at,
    failed.is_agreement_changed,
    failed.agreement_changed_at,
    failed.is_verified_again,
    failed.verified_at,
    failed.account_state_code,
    failed.try_count,
    failed.returned_at,
    failed.failure_reason,
    failed.follow_up,
    failed.followed_at
from failed
inner join {{ ref('int_bill') }} as bill on failed.bill_key = bill.bill_key
left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key

-- Annuity bills whose debit failed and was not made good, as the clearing centre sees it: the cause is what the centre found out,
-- and until it has answered, what the bank's code says. Grain: bill.
with failed as (
    select
        failure.*,
        coalesce(failure.centre_class, failure.reason_class) as cause_class,
        {{ annuity_history_words('failure') }} as history_words,
        case
            when failure.failure_reason is null and failure.follow_up is null then '结算中心尚未反馈'
            else
                '结算中心于' || {{ date_text('failure.followed_at') }} || '反馈“' || coalesce(failure.failure_reason, '') || '”'
                || case when failure.follow_up is not null then '，后续处理：' || failure.follow_up else '，尚无后续处理' end
        end as centre_words
    from {{ ref('int_annuity_failure') }} as failure
),

decided as (
    select
        failed.*,
        case
            when cause_class in ('account_invalid', 'stopped') then 'account_invalid'
            when cause_class = 'account_frozen' then 'account_frozen'
            when cause_class = 'account_name_differs' then 'account_name_differs'
            when cause_class = 'insufficient_funds' then 'insufficient_funds'
            when cause_class = 'agreement_invalid' then 'agreement_invalid'
            when cause_class = 'technical' then 'technical'
            else 'not_decided'
        end as reason_code
    from failed
)

select
    {{ finding_of(
        'A13.4', 'bill',
        reason='decided.reason_code',
        since='decided.first_failed_at',
        evidence='“{unit.unit_name}”{bill.period|month}的职业年金征集单（流水号{bill.notice_serial}、批次{bill.batch_no}、{decided.debit_amount|money}元）
            于{decided.returned_at|date}扣款失败，银行返回“{decided.return_text}”（{decided.return_code}）；{decided.history_words}；
            {decided.centre_words}；跟进至扣款成功或缴款书作废后解除。',
        values={'insurance_code': "'ZYNJ'", 'amount': 'decided.debit_amount'},
    ) }},
    unit.unit_name,
    unit.unit_no,
    bill.notice_serial,
    bill.batch_no,
    decided.annuity_agreement_key,
    decided.way_code,
    decided.bank_code,
    decided.return_code,
    decided.return_text,
    decided.returned_at,
    decided.failure_reason,
    decided.follow_up,
    decided.followed_at,
    coalesce(decided.failure_reason, decided.follow_up) is not null as is_followed,
    decided.try_count,
    decided.past_success_count
from decided
inner join {{ ref('int_bill') }} as bill on decided.bill_key = bill.bill_key
left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key

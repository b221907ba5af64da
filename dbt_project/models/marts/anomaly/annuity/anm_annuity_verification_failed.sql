-- Annuity agreements in force that the bank did not verify at its last answer, newly signed or changed: the cause by the state of the
-- account, then by its name, then by the bank's code. A change after that answer makes it not yet asked, which is A8.6's.
-- Grain: annuity agreement.
with failed as (
    select
        agreement.*,
        case
            when agreement.account_state_code = '4' or agreement.return_code = '24001' or agreement.return_text like '%不存在%' then 'account_unknown'
            when agreement.account_state_code = '3' or agreement.return_text like '%销户%' then 'account_closed'
            when agreement.account_state_code = '2' or agreement.reason_class = 'account_frozen' then 'account_frozen'
            when agreement.name_match_code = '2' or agreement.reason_class = 'account_name_differs' then 'name_differs'
            when agreement.reason_class = 'account_invalid' then 'account_abnormal'
            when agreement.reason_class = 'agreement_invalid' then 'agreement_refused'
            when agreement.reason_class = 'technical' then 'technical'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_annuity_agreement') }} as agreement
    where agreement.is_valid and agreement.verification = 'failed'
)

select
    {{ finding_of(
        'A5.1', 'annuity_agreement', alias='failed',
        reason='failed.reason_code',
        since='coalesce(failed.answered_at, failed.changed_at, failed.signed_date)',
        evidence='“{failed.unit_name}”' ~ "{case failed.last_check_type_code when '1' then '新签' when '2' then '变更' when '3' then '重新验证' end|phrase}"
            ~ '的年金协议（协议序号{failed.annuity_agreement_key}）于{failed.answered_at|date}验证失败，银行返回“{failed.return_text}”（{failed.return_code}），
            账户状态：' ~ "{case failed.account_state_code when '1' then '正常' when '2' then '冻结' when '3' then '销户' when '4' then '不存在' end|text}"
            ~ '，与银行登记户名' ~ "{case failed.name_match_code when '1' then '一致' when '2' then '不一致' end|text}"
            ~ "{'；金融中心反馈：' || failed.follow_up|phrase}" ~ '；更正账户或户名并重新验证通过后解除。',
    ) }},
    failed.unit_name,
    failed.unit_no,
    failed.way_code,
    failed.bank_code,
    failed.last_check_type_code as check_type_code,
    failed.return_code,
    failed.return_text,
    failed.account_state_code,
    failed.name_match_code,
    failed.signed_date,
    failed.changed_at,
    failed.answered_at,
    failed.passed_at,
    failed.follow_up,
    failed.followed_at
from failed

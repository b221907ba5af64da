-- Annuity agreements that cannot be signed because the bank did not verify them, as the finance centre has to look into them: the
-- account's validity, then its name, then its balance; what the centre found out comes before the bank's own code.
-- Grain: annuity agreement.
with refused as (
    select
        agreement.*,
        coalesce(
            nullif({{ bank_reason_class('agreement.follow_up', 'agreement.follow_up', 'cast(null as string)') }}, 'unknown'),
            agreement.reason_class
        ) as cause_class
    from {{ ref('int_annuity_agreement') }} as agreement
    where agreement.is_valid and agreement.verification = 'failed'
),

decided as (
    select
        refused.*,
        case
            when account_state_code in ('3', '4') or cause_class in ('account_invalid', 'stopped') then 'account_invalid'
            when account_state_code = '2' or cause_class = 'account_frozen' then 'account_frozen'
            when name_match_code = '2' or cause_class = 'account_name_differs' then 'name_changed'
            when cause_class = 'insufficient_funds' then 'insufficient_funds'
            when cause_class = 'technical' then 'technical'
            else 'not_decided'
        end as reason_code,
        case
            when followed_at is null then '金融中心尚未反馈'
            else '金融中心于' || {{ date_text('followed_at') }} || '反馈“' || coalesce(follow_up, '') || '”'
        end as centre_words
    from refused
)

select
    {{ finding_of(
        'A13.6', 'annuity_agreement', alias='decided',
        reason='decided.reason_code',
        since='coalesce(decided.answered_at, decided.changed_at, decided.signed_date)',
        evidence='“{decided.unit_name}”的年金协议（协议序号{decided.annuity_agreement_key}）无法签约：银行于{decided.answered_at|date}返回
            “{decided.return_text}”（{decided.return_code}），账户状态：' ~ "{case decided.account_state_code when '1' then '正常' when '2' then '冻结' when '3' then '销户' when '4' then '不存在' end|text}"
            ~ '，户名与银行登记' ~ "{case decided.name_match_code when '1' then '一致' when '2' then '不一致' end|text}"
            ~ '；{decided.centre_words}；按反馈更正并重新验证通过后解除。',
    ) }},
    decided.unit_name,
    decided.unit_no,
    decided.bank_code,
    decided.account_state_code,
    decided.name_match_code,
    decided.return_code,
    decided.return_text,
    decided.answered_at,
    decided.follow_up,
    decided.followed_at,
    decided.followed_at is not null as is_followed,
    decided.signed_date,
    decided.changed_at
from decided

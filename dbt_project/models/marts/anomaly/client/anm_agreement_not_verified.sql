-- Agreements in force that the bank does not verify: the decided cause out of account name, account, branch of another city, Agricultural Bank,
-- bank class, the bank's own answer. Grain: agreement.
{% set city_area = var('a4_3_1_city_area', 6110) %}
with failing as (
    select
        agreement.agreement_key,
        agreement.taxpayer_key,
        agreement.authority_bureau_code,
        agreement.authority_code,
        agreement.bank_code,
        agreement.is_batch,
        agreement.channel_code,
        agreement.signed_date,
        taxpayer.taxpayer_name,
        checks.branch_bank_no,
        checks.check_count,
        checks.failed_at,
        checks.return_code,
        coalesce(checks.return_text, codes.return_text) as return_text,
        checks.earlier_count,
        checks.was_account_good,
        checks.last_debited_date,
        not coalesce(checks.holder_norm = taxpayer.name_norm, false) as is_holder_different,
        case
            when checks.return_code = '24005' or checks.return_text like '%户名不符%' then 'name_differs'
            when
                not coalesce(checks.holder_norm = taxpayer.name_norm, false)
                and not checks.has_same_holder_earlier
                and taxpayer.name_norm is not null then 'name_differs'
            when checks.was_account_good then 'verified_before'
            when checks.branch_bank_no is not null and checks.branch_area_code <> '{{ city_area }}' then 'other_city'
            when checks.bank_code = '103' or checks.branch_class_code = '103' then 'agricultural_bank'
            when checks.branch_class_code <> checks.bank_code then 'bank_class_differs'
            when
                codes.reason_class = 'account_invalid'
                or checks.return_text like '%账号不存在%'
                or checks.return_text like '%无此账号%' then 'account_invalid'
            when codes.reason_class = 'account_frozen' then 'account_frozen'
            when codes.reason_class is not null or checks.return_text is not null then 'bank_other'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_agreement_check') }} as checks
    inner join {{ ref('int_agreement') }} as agreement on checks.agreement_key = agreement.agreement_key
    left join {{ ref('int_taxpayer') }} as taxpayer on agreement.taxpayer_key = taxpayer.taxpayer_key
    left join {{ ref('ref_bank_return_code') }} as codes on checks.return_code = codes.return_code
)

select
    {{ finding_of(
        'A4.3.1', 'agreement', alias='failing',
        reason='failing.reason_code',
        since='coalesce(failing.failed_at, failing.signed_date)',
        evidence="“{failing.taxpayer_name}”{failing.signed_date|date}签订的三方协议（协议序号{failing.agreement_key}，行别{failing.bank_code}）验证未通过，
            银行返回“{failing.return_code|phrase}{failing.return_text}”；查得{case failing.reason_code
            when 'name_differs' then '签约户名与银行或纳税人登记不一致'
            when 'verified_before' then '该账户以往验证或扣款成功过，协议变更后须重新验证'
            when 'other_city' then '开户行不在本市，属异地签约'
            when 'agricultural_bank' then '农行账户，须核对开户网点与账号'
            when 'bank_class_differs' then '登记的银行行别与开户行行号不一致'
            when 'account_invalid' then '银行查无此账号或账号状态不正确'
            when 'account_frozen' then '账户被冻结'
            when 'bank_other' then '属银行其他原因'
            else '没有银行反馈，原因未能判定' end|phrase}；该纳税人历史协议{failing.earlier_count}份，最近一次扣款成功为{failing.last_debited_date|date}；
            更正后重新验证通过，或终止该协议后解除。",
    ) }},
    failing.taxpayer_name as unit_name,
    failing.authority_code,
    failing.bank_code,
    failing.branch_bank_no,
    failing.is_batch,
    failing.channel_code,
    failing.signed_date,
    failing.check_count,
    failing.failed_at,
    failing.return_code,
    failing.return_text,
    failing.is_holder_different,
    failing.earlier_count,
    failing.was_account_good,
    failing.last_debited_date
from failing

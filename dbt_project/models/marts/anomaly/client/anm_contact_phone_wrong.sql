-- Employers of whose three contacts at least one has no mobile that can take a code: none registered, only in the landline column, malformed.
-- Grain: taxpayer.
with employers as (
    select
        taxpayer_key,
        min(associated_at) as associated_at
    from {{ ref('int_registration_tie') }}
    where is_associated and is_valid
    group by taxpayer_key
),

wrong as (
    select
        taxpayer.taxpayer_key,
        taxpayer.taxpayer_name,
        taxpayer.bureau_code,
        taxpayer.town_code,
        taxpayer.updated_at,
        phones.legal_person_state,
        phones.finance_state,
        phones.filer_state,
        phones.usable_count,
        case
            when 'landline_only' in (phones.legal_person_state, phones.finance_state, phones.filer_state) then 'only_in_landline'
            when 'empty' in (phones.legal_person_state, phones.finance_state, phones.filer_state) then 'mobile_empty'
            else 'mobile_malformed'
        end as reason_code
    from {{ ref('int_taxpayer_phone') }} as phones
    inner join {{ ref('int_taxpayer') }} as taxpayer on phones.taxpayer_key = taxpayer.taxpayer_key
    inner join employers on phones.taxpayer_key = employers.taxpayer_key
    where phones.usable_count < 3 and taxpayer.status_code = '03'
)

select
    {{ finding_of(
        'A4.2.2', 'taxpayer', alias='wrong',
        reason='wrong.reason_code',
        since='wrong.updated_at',
        evidence="“{wrong.taxpayer_name}”税务登记的三类人员联系方式中{3 - wrong.usable_count}类不能接收验证码：法定代表人{case wrong.legal_person_state
            when 'usable' then '正常' when 'landline_only' then '只登记在固定电话栏' when 'empty' then '为空' else '格式不正确' end|phrase}、
            财务负责人{case wrong.finance_state
            when 'usable' then '正常' when 'landline_only' then '只登记在固定电话栏' when 'empty' then '为空' else '格式不正确' end|phrase}、办税人{case wrong.filer_state
            when 'usable' then '正常' when 'landline_only' then '只登记在固定电话栏' when 'empty' then '为空' else '格式不正确' end|phrase}，影响户籍在客户端绑定；
            三类人员均登记为可用的手机后解除。",
    ) }},
    wrong.taxpayer_name as unit_name,
    wrong.legal_person_state,
    wrong.finance_state,
    wrong.filer_state,
    wrong.usable_count
from wrong

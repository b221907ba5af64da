-- Valid agreements whose account name is not the taxpayer's name once width, brackets and blanks are set aside. A blank name is missing,
-- not different. A sole trader may sign in the owner's name, unless the parameter says that this is to be listed, too. Grain: agreement.
{% set owner_listed = var('a6_04_owner_listed', 0) %}
with signed as (
    select
        agreement.*,
        {{ name_norm('agreement.account_name') }} as account_name_norm,
        taxpayer.taxpayer_name,
        taxpayer.name_norm,
        taxpayer.registration_type_code,
        taxpayer.industry_code,
        taxpayer.status_code as taxpayer_status_code,
        taxpayer.updated_at as taxpayer_updated_at,
        coalesce(taxpayer.entity_type_code = '1120' or taxpayer.registration_type_code like '41%', false) as is_sole_trader,
        {{ name_norm('contact.legal_person_name') }} as owner_norm
    from {{ ref('int_agreement') }} as agreement
    inner join {{ ref('int_taxpayer') }} as taxpayer on agreement.taxpayer_key = taxpayer.taxpayer_key
    left join {{ ref('int_taxpayer_contact') }} as contact on agreement.taxpayer_key = contact.taxpayer_key
    where agreement.is_valid
),

differing as (
    select
        signed.*,
        case
            when signed.is_sole_trader and signed.account_name_norm = signed.owner_norm then 'owner_name'
            else {{ name_difference('signed.account_name_norm', 'signed.name_norm') }}
        end as reason_code
    from signed
    where signed.account_name_norm <> signed.name_norm
)

select
    {{ finding_of(
        'A6.4', 'agreement', alias='differing',
        reason='differing.reason_code',
        since='differing.signed_date',
        evidence='纳税人“{differing.taxpayer_name}”于{differing.signed_date|date}签订的三方协议（协议序号{differing.agreement_key}，银行行别{differing.bank_code}）的银行户名与纳税人名称'
            ~ "{case differing.reason_code when 'suffix_differs' then '仅公司后缀不同' when 'owner_name' then '不一致，为经营者本人户名' else '不一致' end|phrase}"
            ~ "{case when differing.is_batch then '，且用于批扣' end|phrase}" ~ '；核实是否签约错误，更正或终止协议后解除。',
    ) }},
    differing.taxpayer_name as unit_name,
    differing.account_name,
    differing.bank_code,
    differing.is_batch,
    differing.authority_code,
    differing.registration_type_code,
    differing.industry_code,
    differing.taxpayer_status_code,
    differing.is_sole_trader,
    differing.verify_code,
    differing.signed_date
from differing
{%- if owner_listed | int == 0 %}
where differing.reason_code <> 'owner_name'
{%- endif %}

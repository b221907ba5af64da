-- Valid agreements whose account (bank and normalised number) is signed by two or more taxpayers: a fee may be taken
-- from another's money. One number at two banks is two accounts; one taxpayer with several tax registrations is one
-- taxpayer. Grain: agreement.
with signed as (
    select
        agreement.*,
        taxpayer.taxpayer_name,
        taxpayer.registration_type_code,
        taxpayer.industry_code
    from {{ ref('int_agreement') }} as agreement
    left join {{ ref('int_taxpayer') }} as taxpayer on agreement.taxpayer_key = taxpayer.taxpayer_key
    where agreement.is_valid and agreement.bank_code is not null and agreement.account_norm is not null
),

signer as (
    select
        bank_code,
        account_norm,
        taxpayer_no_norm,
        max(taxpayer_name) as taxpayer_name,
        min(cast(signed_date as date)) as signed_date
    from signed
    where taxpayer_no_norm is not null
    group by bank_code, account_norm, taxpayer_no_norm
),

in_order as (
    select
        signer.*,
        row_number() over (
            partition by bank_code, account_norm
            order by signed_date, taxpayer_no_norm
        ) as place
    from signer
),

shared as (
    select
        bank_code,
        account_norm,
        count(*) as taxpayer_count,
        {{ list_text('taxpayer_name', '、', order_by='place') }} as taxpayer_names,
        max(case when place = 2 then signed_date end) as shared_since
    from in_order
    group by bank_code, account_norm
    having count(*) > 1
)

select
    {{ finding_of(
        'A6.5', 'agreement', alias='signed',
        reason="'account_shared'",
        since='shared.shared_since',
        evidence='“{signed.taxpayer_name}”于{signed.signed_date|date}签订的三方协议（协议序号{signed.agreement_key}，银行行别{signed.bank_code}）
            所用的账户由{shared.taxpayer_count}个纳税人共同签约：{shared.taxpayer_names}，可能错扣他人款项；
            核实账户归属并终止错签的协议，只余一个纳税人后解除。',
    ) }},
    signed.taxpayer_name as unit_name,
    signed.bank_code,
    signed.account_norm as account,
    shared.taxpayer_count,
    shared.taxpayer_names,
    signed.is_batch,
    signed.authority_code,
    signed.authority_bureau_code,
    signed.registration_type_code,
    signed.industry_code,
    signed.signed_date
from signed
inner join shared on signed.bank_code = shared.bank_code and signed.account_norm = shared.account_norm

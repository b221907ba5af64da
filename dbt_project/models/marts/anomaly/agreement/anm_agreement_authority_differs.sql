-- Valid agreements of taxpayers with associated registrations whose tax authority, rolled up to its bureau, is the
-- bureau of none of those registrations: they cannot be used to deduct the fee. An unknown authority or bureau differs
-- from nothing; registrations that ended or were withdrawn need no agreement. Grain: agreement.
with registered_bureau as (
    select
        fee.taxpayer_key,
        fee.bureau_code,
        max(bureau.bureau_name) as bureau_name,
        max(fee.associated_at) as associated_at
    from {{ ref('int_fee_registration') }} as fee
    left join {{ ref('int_registration') }} as registration on fee.registration_key = registration.registration_key
    left join {{ ref('dim_bureau') }} as bureau on fee.bureau_code = bureau.bureau_code
    where
        fee.is_associated
        and fee.bureau_code is not null
        and not coalesce(registration.is_ended, false)
        and not coalesce(registration.is_withdrawn, false)
    group by fee.taxpayer_key, fee.bureau_code
),

differing as (
    select
        agreement.agreement_key,
        agreement.authority_code,
        agreement.authority_bureau_code,
        agreement.bank_code,
        agreement.is_batch,
        agreement.verify_code,
        agreement.signed_date,
        registered_bureau.taxpayer_key,
        {{ list_text('registered_bureau.bureau_name', '、', order_by='registered_bureau.bureau_code') }} as registered_bureau_names,
        min(registered_bureau.bureau_code) as registered_bureau_code,
        greatest(cast(agreement.signed_date as date), cast(min(registered_bureau.associated_at) as date)) as differs_since
    from {{ ref('int_agreement') }} as agreement
    inner join registered_bureau on agreement.taxpayer_key = registered_bureau.taxpayer_key
    where agreement.is_valid and agreement.authority_bureau_code is not null
    group by
        agreement.agreement_key,
        agreement.authority_code,
        agreement.authority_bureau_code,
        agreement.bank_code,
        agreement.is_batch,
        agreement.verify_code,
        agreement.signed_date,
        registered_bureau.taxpayer_key
    having count(case when registered_bureau.bureau_code = agreement.authority_bureau_code then 1 end) = 0
)

select
    {{ finding_of(
        'A6.1', 'agreement', alias='differing',
        reason="'authority_differs'",
        since='differing.differs_since',
        evidence='“{taxpayer.taxpayer_name}”于{differing.signed_date|date}签订的三方协议税款所属机关为{authority.bureau_name}，
            而其社保费户籍的主管局为{differing.registered_bureau_names}，该协议无法用于扣缴社保费；按社保主管局重新签订协议并终止原协议，即解除。',
        values={'bureau_code': 'differing.registered_bureau_code'},
    ) }},
    taxpayer.taxpayer_name as unit_name,
    differing.authority_code,
    differing.authority_bureau_code,
    authority.bureau_name as authority_bureau_name,
    differing.registered_bureau_names,
    differing.bank_code,
    differing.is_batch,
    differing.verify_code,
    differing.signed_date
from differing
left join {{ ref('int_taxpayer') }} as taxpayer on differing.taxpayer_key = taxpayer.taxpayer_key
left join {{ ref('dim_bureau') }} as authority on differing.authority_bureau_code = authority.bureau_code

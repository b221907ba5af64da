-- Valid associated registrations with insurance items that the employer has not confirmed in the client, with the people to tell: who is
-- registered with the department and the three tax contacts. Grain: registration.
with waiting as (
    select
        registration.*,
        client.unconfirmed_count,
        client.unconfirmed_items,
        client.unconfirmed_since,
        client.is_bound
    from {{ ref('int_registration_client') }} as client
    inner join {{ ref('int_registration') }} as registration on client.registration_key = registration.registration_key
    where
        client.unconfirmed_count > 0
        and registration.is_valid
        and registration.is_associated
)

select
    {{ finding_of(
        'A2.12', 'registration', alias='waiting',
        reason="case when waiting.is_bound then 'bound_not_confirmed' else 'not_bound' end",
        since='waiting.unconfirmed_since',
        evidence='“{waiting.unit_name}”的{waiting.department_code|department}户籍（单位编号{waiting.unit_no}）有
            {waiting.unconfirmed_count}个险种未在客户端确认：{waiting.unconfirmed_items}，'
            ~ "{case when waiting.is_bound then '户籍已绑定客户端' else '户籍未绑定客户端' end|phrase}"
            ~ '；通知登记人或税务三类人员核对并确认，全部确认即解除。',
    ) }},
    waiting.unit_name,
    waiting.source_system,
    waiting.unit_no,
    waiting.unconfirmed_items,
    cast(waiting.unconfirmed_count as integer) as unconfirmed_count,
    waiting.unconfirmed_since,
    waiting.is_bound,
    taxpayer.taxpayer_name,
    contact.contact_name as registrant_name,
    contact.contact_phone as registrant_phone,
    people.legal_person_name,
    people.legal_person_mobile,
    people.legal_person_landline,
    people.finance_name,
    people.finance_mobile,
    people.finance_landline,
    people.filer_name,
    people.filer_mobile,
    people.filer_landline
from waiting
left join {{ ref('int_registration_contact') }} as contact on waiting.registration_key = contact.registration_key
left join {{ ref('int_taxpayer') }} as taxpayer on waiting.taxpayer_key = taxpayer.taxpayer_key
left join {{ ref('int_taxpayer_contact') }} as people on waiting.taxpayer_key = people.taxpayer_key

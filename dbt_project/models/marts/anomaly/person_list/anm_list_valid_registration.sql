-- All valid registrations of natural persons by bureau, with the fields that the sections and villages ask for: an extract, not findings. A view: nothing
-- is copied. Grain: registration (person number × insurance).
with registration as (
    select
        *,
        case when representative_no = fee_registration_no then 'first_number' else 'further_number' end as reason_code
    from {{ ref('int_person_registration') }}
    where status_code = '1'
)

select
    {{ finding_of(
        'A10.01', 'insured', alias='registration',
        reason='registration.reason_code',
        since='registration.registered_date',
        evidence='人员编号{registration.person_no}的{insurance.insurance_name|phrase}于{registration.registered_date|date}登记，现为有效' ~ "{case when registration.reason_code = 'further_number' then '；同一证件号码在该险种另有登记' end|phrase}" ~ '。',
    ) }},
    registration.levy_subitem_code,
    registration.person_no,
    who.person_name,
    who.person_id_number,
    registration.person_kind_code,
    registration.village_code,
    who.address,
    registration.registered_date
from registration
left join {{ ref('int_person_identity') }} as who on registration.fee_registration_no = who.fee_registration_no
left join {{ ref('ref_person_insurance') }} as insurance on registration.insurance_code = insurance.insurance_code

-- All agreements of natural persons in force, by bureau, with insurance, day of signing and batch flag: an extract, not findings. A view. Grain: agreement.
with agreement as (
    select
        agreed.*,
        agreed.agreement_key as person_agreement_key,
        coalesce(registration.bureau_code, agreed.authority_code) as bureau_code,
        registration.agency_code,
        registration.town_code,
        registration.village_code,
        insurance.insurance_name,
        case agreed.agreement_type_code when '2' then '两方协议' when '3' then '三方协议' end as agreement_type_name,
        case when agreed.is_verified then 'verified' else 'not_verified' end as reason_code
    from {{ ref('int_person_agreement') }} as agreed
    left join {{ ref('int_person_registration') }} as registration on agreed.fee_registration_no = registration.fee_registration_no
    left join {{ ref('ref_person_insurance') }} as insurance on agreed.insurance_code = insurance.insurance_code
    where agreed.is_in_force
)

select
    {{ finding_of(
        'A10.10', 'person_agreement', alias='agreement',
        reason='agreement.reason_code',
        since='agreement.signed_date',
        evidence='人员编号{agreement.person_no}的{agreement.insurance_name|phrase}于{agreement.signed_date|date}签约{agreement.agreement_type_name}，' ~ "{case when agreement.is_batch then '可批扣' else '未开通批扣' end || case when agreement.is_verified then '，验证通过' else '，未验证通过' end|phrase}" ~ '。',
    ) }},
    agreement.agreement_type_name,
    agreement.signed_date,
    agreement.is_batch,
    agreement.is_verified,
    agreement.bank_code,
    agreement.person_no,
    who.person_name,
    who.person_id_number,
    agreement.is_registration_valid,
    agreement.village_code
from agreement
left join {{ ref('int_person_identity') }} as who on agreement.fee_registration_no = who.fee_registration_no

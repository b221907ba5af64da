-- A natural person's agreements with banks, under each person that the registration is said to belong to; without the registration under the holder of the
-- agreement. Published for look-ups of one person only. Grain: person_key × agreement_key.
with holder as (

    select
        person_key,
        fee_registration_no,
        bureau_code
    from {{ ref('fct_person_registration') }}
    where fee_registration_no is not null

)

select
    coalesce(holder.person_key, agreement.person_key) as person_key,
    agreement.agreement_key,
    agreement.fee_registration_no,
    coalesce(holder.bureau_code, authority.bureau_code, agreement.authority_code) as bureau_code,
    agreement.department_code,
    agreement.insurance_code,
    agreement.agreement_type_code,
    agreement.authority_code,
    agreement.bank_code,
    agreement.is_batch,
    agreement.is_verified,
    agreement.is_in_force,
    agreement.signed_date,
    agreement.ended_date
from {{ ref('int_person_agreement') }} as agreement
left join holder on agreement.fee_registration_no = holder.fee_registration_no
left join {{ ref('int_tax_authority') }} as authority on agreement.authority_code = authority.authority_code

-- Agreements of natural persons with banks, whose they are and whether they are in force and can be used for batch deduction; without accounts and
-- names. person_key is that of the registration, or of the agreement's own id number where the registration is not known. Grain: agreement_key.
with agreements as (

    select
        agreement_key,
        agreement_type_code,
        fee_registration_no,
        department_code,
        person_no,
        {{ id_number_key('person_id_number') }} as own_person_key,
        levy_subitem_code,
        authority_code,
        bank_code,
        is_batch,
        coalesce(verify_code, '1') = '1' as is_verified,
        coalesce(status_code, '1') <> '2' and ended_date is null as is_in_force,
        signed_date,
        ended_date,
        channel_code
    from {{ ref('stg_tax_person__agreement') }}

)

select
    agreements.agreement_key,
    agreements.agreement_type_code,
    agreements.fee_registration_no,
    coalesce(registration.person_key, agreements.own_person_key, agreements.fee_registration_no, agreements.agreement_key) as person_key,
    coalesce(insurance.insurance_code, registration.insurance_code, 'UNKNOWN') as insurance_code,
    coalesce(agreements.department_code, registration.department_code) as department_code,
    coalesce(agreements.person_no, registration.person_no) as person_no,
    coalesce(registration.status_code = '1', true) as is_registration_valid,
    agreements.authority_code,
    agreements.bank_code,
    agreements.is_batch,
    agreements.is_verified,
    agreements.is_in_force,
    agreements.signed_date,
    agreements.ended_date,
    agreements.channel_code
from agreements
left join {{ ref('int_person_registration') }} as registration on agreements.fee_registration_no = registration.fee_registration_no
left join {{ ref('ref_person_insurance') }} as insurance on agreements.levy_subitem_code = insurance.zspm_code

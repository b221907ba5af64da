-- One person's agreements with banks, those in force first. Read by look-ups only. Grain: agreement.
select
    agreement_key,
    fee_registration_no,
    department_code,
    insurance_code,
    agreement_type_code,
    authority_code,
    bank_code,
    is_batch,
    is_verified,
    is_in_force,
    signed_date,
    ended_date
from fct_person_agreement
order by is_in_force desc, signed_date desc nulls last, agreement_key

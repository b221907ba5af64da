-- Agreements of natural persons for batch deduction that the bank has verified, without accounts and names. Grain: agreement_key.
select
    agreement_key,
    fee_registration_no,
    signed_date,
    ended_date
from {{ ref('stg_tax_person__agreement') }}
where is_batch and coalesce(verify_code, '1') = '1' and fee_registration_no is not null

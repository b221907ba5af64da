-- Tri-party agreements of employers, without accounts and names. Grain: agreement_key.
select
    agreement_key,
    taxpayer_key,
    authority_bureau_code as bureau_code,
    bank_code,
    is_batch,
    verify_code,
    is_valid,
    signed_date,
    ended_date
from {{ ref('int_agreement') }}

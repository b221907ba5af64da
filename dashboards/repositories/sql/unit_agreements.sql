-- Tri-party agreements of an employer, those in force first. Grain: agreement.
select
    agreement_key,
    taxpayer_key,
    bureau_code,
    bank_code,
    is_batch,
    verify_code,
    is_valid,
    signed_date,
    ended_date
from fct_agreement
where taxpayer_key in (select unnest(cast($taxpayer_keys as varchar[])))
order by is_valid desc, signed_date desc nulls last, agreement_key
limit 100

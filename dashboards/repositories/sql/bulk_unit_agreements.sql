-- Tri-party agreements of taxpayers: how many are in force, verified, for batch deductions, and the newest. Grain: taxpayer.
select
    taxpayer_key,
    count(*) filter (where is_valid) as valid_count,
    count(*) filter (where is_valid and verify_code = '1') as verified_count,
    count(*) filter (where is_valid and verify_code = '1' and is_batch) as batch_count,
    max(signed_date) filter (where is_valid) as last_signed_date
from fct_agreement
where taxpayer_key in (select unnest(cast($taxpayer_keys as varchar[])))
group by taxpayer_key
order by taxpayer_key

-- Agreements in force by bank: for batch deduction, verified, refused, not verified yet. Grain: bank.
select
    coalesce(bank_code, 'UNKNOWN') as bank_code,
    count(*) as agreement_count,
    count_if(is_batch) as batch_count,
    count_if(verify_code = '1') as verified_count,
    count_if(verify_code = '2') as refused_count,
    count_if(coalesce(verify_code, '0') not in ('1', '2')) as waiting_count
from fct_agreement
where is_valid and ($bureau_code is null or bureau_code = $bureau_code)
group by coalesce(bank_code, 'UNKNOWN')
order by agreement_count desc, bank_code

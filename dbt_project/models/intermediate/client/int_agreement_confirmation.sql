-- When the employer confirmed in the client that an agreement is for batch deduction. Grain: agreement_key.
select
    agreement_key,
    cast(min(operated_at) as date) as confirmed_date
from {{ ref('stg_tax_client__agreement_operation') }}
where operation_code = '3' and result_code = '1' and place_code in ('2', '3') and agreement_key is not null
group by agreement_key

-- Bindings, unbindings and vain tries in the client, with the registration each is about and the next binding that succeeded. Grain: binding_no.
with operations as (

    select
        binding_no,
        client_account_key,
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        department_code,
        fee_registration_no,
        taxpayer_key,
        operation_code,
        origin_code,
        result_code,
        failure_code,
        failure_text,
        operated_at,
        operation_code = '1' and coalesce(result_code, '1') = '1' as is_bound,
        operation_code = '1' and result_code = '2' as is_vain
    from {{ ref('stg_tax_client__binding') }}

)

select
    operations.*,
    count(case when is_bound then 1 end) over (
        partition by registration_key
        order by operated_at, binding_no
        rows between unbounded preceding and current row
    ) as bound_count,
    min(case when is_bound then operated_at end) over (
        partition by registration_key
        order by operated_at, binding_no
        rows between current row and unbounded following
    ) as next_bound_at,
    count(case when is_vain then 1 end) over (partition by registration_key) as vain_count
from operations

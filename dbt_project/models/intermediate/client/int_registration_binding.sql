-- Registrations that are bound in the employer client now: of each handler the last operation that succeeded counts. Grain: registration_key.
with last_operations as (

    select
        registration_key,
        operation_code,
        operated_at
    from {{ ref('int_client_binding') }}
    where coalesce(result_code, '1') = '1' and operation_code in ('1', '2') and registration_key is not null
    qualify row_number() over (
        partition by registration_key, client_account_key
        order by operated_at desc, binding_no desc
    ) = 1

)

select
    registration_key,
    min(operated_at) as bound_at,
    count(*) as handler_count
from last_operations
where operation_code = '1'
group by registration_key

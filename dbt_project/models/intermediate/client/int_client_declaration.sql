-- Bills whose last declaration in the client was refused. Grain: bill_key.
with tries as (

    select
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        declaration_log_no,
        client_account_key,
        fee_registration_no,
        taxpayer_key,
        declared_at,
        result_code,
        failure_code,
        failure_text
    from {{ ref('stg_tax_client__declaration') }}
    where department_code is not null and notice_serial is not null and batch_no is not null
    qualify
        row_number() over (
            partition by department_code, notice_serial, batch_no
            order by declared_at desc nulls last, declaration_log_no desc
        ) = 1

)

select
    bill_key,
    declaration_log_no,
    client_account_key,
    fee_registration_no,
    taxpayer_key,
    declared_at as refused_at,
    failure_code,
    failure_text
from tries
where result_code = '2'

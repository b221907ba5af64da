-- What the employer client knows of a registration: whether the employer has an account, whether the registration is bound, and which of
-- its insurance items wait to be confirmed. Grain: registration_key.
with accounts as (

    select
        taxpayer_key,
        count(*) as account_count
    from {{ ref('int_client_account') }}
    where taxpayer_key is not null and is_active
    group by taxpayer_key

),

last_operations as (

    select
        registration_key,
        operation_code,
        operated_at
    from {{ ref('int_client_binding') }}
    where coalesce(result_code, '1') = '1' and registration_key is not null
    qualify row_number() over (partition by registration_key, client_account_key order by operated_at desc, binding_no desc) = 1

),

bindings as (

    select
        registration_key,
        min(operated_at) as bound_at
    from last_operations
    where operation_code = '1'
    group by registration_key

),

waiting as (

    select
        confirmations.fee_registration_no,
        count(*) as unconfirmed_count,
        min(confirmations.pushed_at) as unconfirmed_since,
        {{ list_text('coalesce(items.insurance_name, confirmations.levy_subitem_code)', '、', 'confirmations.levy_subitem_code') }}
            as unconfirmed_items
    from {{ ref('stg_tax_client__item_confirmation') }} as confirmations
    left join (
        select
            zspm_code,
            min(insurance_name) as insurance_name
        from {{ ref('ref_insurance_item') }}
        group by zspm_code
    ) as items on confirmations.levy_subitem_code = items.zspm_code
    where coalesce(confirmations.confirmation_code, '0') = '0'
    group by confirmations.fee_registration_no

)

select
    registrations.registration_key,
    accounts.account_count is not null or bindings.bound_at is not null as has_client_account,
    bindings.bound_at is not null as is_bound,
    bindings.bound_at,
    coalesce(waiting.unconfirmed_count, 0) as unconfirmed_count,
    waiting.unconfirmed_since,
    waiting.unconfirmed_items
from {{ ref('int_registration') }} as registrations
left join accounts on registrations.taxpayer_key = accounts.taxpayer_key
left join bindings on registrations.registration_key = bindings.registration_key
left join waiting on registrations.fee_registration_no = waiting.fee_registration_no

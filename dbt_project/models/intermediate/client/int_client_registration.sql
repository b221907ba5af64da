-- How far a registration has come in the employer client: bound, asked to confirm its items, confirmed. Bound while any account holds it; a registration
-- that was unbound and bound again counts as bound from the first time on. Grain: registration_key.
with bindings as (

    select
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        client_account_key,
        operation_code,
        operated_at,
        binding_no
    from {{ ref('stg_tax_client__binding') }}
    where result_code = '1'

),

last_of_account as (

    select *
    from bindings
    where registration_key is not null
    qualify row_number() over (partition by registration_key, client_account_key order by operated_at desc, binding_no desc) = 1

),

bound_first as (

    select
        registration_key,
        min(operated_at) as bound_at
    from bindings
    where registration_key is not null and operation_code = '1'
    group by registration_key

),

bound_now as (

    select
        registration_key,
        count(case when operation_code = '1' then 1 end) as holding_accounts,
        max(case when operation_code = '2' then operated_at end) as last_unbound_at
    from last_of_account
    group by registration_key

),

items as (

    select
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        count(*) as asked_items,
        count(case when confirmation_code = '1' then 1 end) as confirmed_items,
        max(confirmed_at) as last_confirmed_at
    from {{ ref('stg_tax_client__item_confirmation') }}
    where confirmation_code <> '3'
    group by department_code, source_system, unit_no

),

registration_keys as (

    select registration_key from bound_first
    union
    select registration_key from items where registration_key is not null

)

select
    registration_keys.registration_key,
    cast(bound_first.bound_at as date) as bound_date,
    case when bound_now.holding_accounts = 0 then cast(bound_now.last_unbound_at as date) end as unbound_date,
    coalesce(bound_now.holding_accounts > 0 and bound_first.bound_at is not null, false) as is_bound,
    cast(coalesce(items.asked_items, 0) as integer) as asked_items,
    cast(coalesce(items.confirmed_items, 0) as integer) as confirmed_items,
    case when items.asked_items = items.confirmed_items then cast(items.last_confirmed_at as date) end as confirmed_date
from registration_keys
left join bound_first on registration_keys.registration_key = bound_first.registration_key
left join bound_now on registration_keys.registration_key = bound_now.registration_key
left join items on registration_keys.registration_key = items.registration_key

-- Accounts of handlers (经办人) in the employer client, with comparable id number and mobile. Grain: client_account_key.
select
    client_account_key,
    taxpayer_key,
    {{ id_number_key('id_number') }} as id_number_norm,
    {{ phone_norm('mobile') }} as mobile_norm,
    terminal_code,
    is_verified,
    registered_at,
    cancelled_at,
    coalesce(status_code, '1') <> '3' and cancelled_at is null as is_active,
    updated_at
from {{ ref('stg_tax_client__account') }}

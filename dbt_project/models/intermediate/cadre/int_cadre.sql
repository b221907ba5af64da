-- Village cadres with an approved account, without their personal data. Grain: cadre_key.
select
    cadre_key,
    bureau_code,
    town_code,
    village_code,
    cast(coalesce(approved_at, registered_at) as date) as registered_date,
    cast(cancelled_at as date) as cancelled_date
from {{ ref('stg_tax_cadre__account') }}
where coalesce(approval_code, '1') = '1'

-- What an employer had done at the tax counter although the client could do it: tickets paid there, tax certificates printed there.
-- Only what succeeded counts. Grain: counter_service_key (kind and log number).
with services as (

    select
        'payment' as service_kind,
        payment_no as service_no,
        taxpayer_key,
        ticket_no,
        handling_bureau_code,
        amount,
        coalesce(finished_at, operated_at) as served_at
    from {{ ref('stg_tax_client__payment') }}
    where place_code = '1' and status_code = '1'
    union all
    select
        'print' as service_kind,
        print_no as service_no,
        taxpayer_key,
        ticket_no,
        handling_bureau_code,
        cast(null as decimal(18, 2)) as amount,
        printed_at as served_at
    from {{ ref('stg_tax_client__print') }}
    where place_code = '1' and result_code = '1'

)

select
    {{ key_of(['service_kind', 'service_no']) }} as counter_service_key,
    service_kind,
    taxpayer_key,
    ticket_no,
    handling_bureau_code,
    {{ decimal18('amount') }} as amount,
    served_at
from services
where taxpayer_key is not null

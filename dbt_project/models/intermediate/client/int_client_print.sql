-- Tax certificates printed for employers, online and at the counter. Grain: print_no.
select
    print_no,
    ticket_no,
    fee_registration_no,
    place_code,
    place_code in ('2', '3') as is_online,
    cast(printed_at as date) as printed_date
from {{ ref('stg_tax_client__print') }}
where result_code = '1' and certificate_code = '1'

-- Tax certificates printed for employers, day by day. Grain: print_no. Internal.
select
    prints.print_no,
    prints.printed_date as day,
    fee.registration_key,
    coalesce(fee.bureau_code, registration.bureau_code) as bureau_code,
    registration.town_code,
    registration.department_code,
    registration.unit_type_code,
    prints.place_code,
    prints.is_online
from {{ ref('int_client_print') }} as prints
left join {{ ref('int_fee_registration') }} as fee on prints.fee_registration_no = fee.fee_registration_no
left join {{ ref('int_registration') }} as registration on fee.registration_key = registration.registration_key

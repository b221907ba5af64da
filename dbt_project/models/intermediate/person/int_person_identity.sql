-- Who a registration belongs to where the person lives and is called, kept apart from the slim registration and joined only to what was found or listed.
-- Grain: fee_registration_no.
select
    fee_registration_no,
    person_name,
    id_type_code,
    person_id_number,
    address,
    mobile
from {{ ref('stg_tax_person__registration') }}

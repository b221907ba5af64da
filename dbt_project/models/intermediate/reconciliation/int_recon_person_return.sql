-- Returned rows of natural persons' payments, remittances and settlements, each with the payment that it belongs to. Grain: return_kind × department ×
-- return_no. A view.
{{ config(materialized='view') }}

with returned as (

    {%- for model, department, kind in recon_person_returns() %}
    select
        '{{ kind }}' as return_kind,
        '{{ department }}' as department_code,
        return_no,
        ticket_no,
        person_no,
        person_id_number,
        person_name,
        agency_item_code,
        agency_code,
        amount,
        business_date,
        returned_at,
        is_unread,
        read_at
    from {{ ref(model) }}
    where not is_withdrawn
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    returned.return_kind,
    returned.department_code,
    returned.return_no,
    returned.ticket_no,
    pairing.payment_no,
    -- A row without a payment stands for itself.
    coalesce(pairing.times, 1) as times,
    coalesce(pairing.is_first, true) as is_first,
    returned.person_no,
    returned.person_id_number,
    returned.person_name,
    returned.agency_item_code,
    returned.agency_code,
    returned.amount,
    returned.business_date,
    returned.returned_at,
    returned.is_unread,
    returned.read_at
from returned
left join {{ ref('int_recon_person_pairing') }} as pairing
    on
        returned.return_kind = pairing.return_kind
        and returned.department_code = pairing.department_code
        and returned.return_no = pairing.return_no

-- The treasury that booked a ticket's sub-item. Grain: ticket_no × levy_subitem_code. A view.
{{ config(materialized='view') }}

select
    ticket_no,
    levy_subitem_code,
    max(treasury_code) as treasury_code,
    max(levy_item_code) as levy_item_code
from {{ ref('stg_tax_levy__settlement') }}
where ticket_no is not null
group by ticket_no, levy_subitem_code

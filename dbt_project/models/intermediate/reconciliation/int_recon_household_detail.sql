-- What virtual households declared for persons, by the same group. Grain: household_detail_no. A view.
{{ config(materialized='view') }}

select
    household_detail_no,
    household_payment_no,
    {{ key_of(['household_no', 'levy_subitem_code', to_period('period_begin_date')]) }} as group_key,
    {{ decimal18('amount') }} as amount
from {{ ref('stg_tax_virtual__declaration_detail') }}
where coalesce(detail_state_code, '') <> '3'

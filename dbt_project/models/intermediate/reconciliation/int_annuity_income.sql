-- Annuity that tax confirmed, split into its parts. Grain: ticket_no. A view.
{{ config(materialized='view') }}

select
    ticket_no,
    {{ key_of(["'HRSS'", 'notice_serial', 'batch_no']) }} as bill_key,
    agency_code,
    bureau_code,
    employer_amount,
    person_amount,
    late_fee_amount,
    interest_amount,
    amount,
    confirmed_at
from {{ ref('stg_annuity__income') }}

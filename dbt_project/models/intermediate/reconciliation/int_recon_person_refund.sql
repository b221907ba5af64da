-- Refunds of persons' payments that the treasury paid back, each with its payment. Grain: refund_no. A view.
{{ config(materialized='view') }}

select
    refund_no,
    coalesce(household_detail_no, ticket_no) as payment_no,
    amount,
    refunded_at
from {{ ref('stg_tax_person__refund') }}
where refunded_at is not null

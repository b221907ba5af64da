-- Tickets of virtual households, with the group in which their persons' details are looked for. Grain: household_payment_no. A view.
{{ config(materialized='view') }}

select
    payment.household_payment_no,
    payment.ticket_no,
    payment.household_no,
    {{ key_of(['payment.household_no', 'payment.levy_subitem_code', to_period('payment.period_begin_date')]) }} as group_key,
    payment.department_code,
    coalesce(authority.bureau_code, payment.authority_code) as bureau_code,
    coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code,
    {{ to_period('payment.period_begin_date') }} as period,
    payment.person_count,
    {{ decimal18('payment.amount') }} as amount
from {{ ref('stg_tax_virtual__payment') }} as payment
left join {{ ref('ref_person_insurance') }} as insurance on payment.levy_subitem_code = insurance.zspm_code
left join {{ ref('int_tax_authority') }} as authority on payment.authority_code = authority.authority_code
where not payment.is_voided

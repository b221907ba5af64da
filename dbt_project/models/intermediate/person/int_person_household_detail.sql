-- What virtual households declared for persons, and the household's ticket that paid it: a detail is paid when its ticket was issued and not voided.
-- Grain: household_detail_no.
select
    details.household_detail_no,
    details.household_no,
    details.fee_registration_no,
    details.department_code,
    details.levy_subitem_code,
    details.person_no,
    details.period_begin_date,
    details.period_end_date,
    details.amount,
    details.declared_at,
    coalesce(details.detail_state_code, case when payments.household_payment_no is null then '1' else '2' end) as detail_state_code,
    payments.household_payment_no is not null and coalesce(details.detail_state_code, '2') <> '3' as is_paid,
    payments.household_payment_no,
    payments.ticket_no,
    payments.authority_code,
    cast(payments.issued_at as date) as issued_date,
    payments.summarised_date,
    payments.remitted_date,
    payments.settled_date
from {{ ref('stg_tax_virtual__declaration_detail') }} as details
left join {{ ref('stg_tax_virtual__payment') }} as payments
    on details.household_payment_no = payments.household_payment_no and not coalesce(payments.is_voided, false)

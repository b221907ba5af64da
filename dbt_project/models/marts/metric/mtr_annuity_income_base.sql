-- Annuity that tax confirmed, day by day, in its four parts. Grain: ticket_no. Internal.
select
    income.ticket_no,
    income.bill_key,
    income.confirmed_date as day,
    income.bureau_code,
    cast(null as string) as town_code,
    income.agency_code,
    income.employer_amount,
    income.person_amount,
    income.late_fee_amount,
    income.interest_amount,
    income.amount
from {{ ref('int_annuity_income') }} as income

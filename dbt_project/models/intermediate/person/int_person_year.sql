-- What a registration declared and paid for a fee year, from the year before the business date on. Paid is what was remitted, special payments aside;
-- a refund stands beside it, and who got everything back has not paid (var resident_refund_is_unpaid). Grain: fee_registration_no × fee_year.
{%- set first_year = (var('as_of') | string)[:4] | int - 1 %}
with paid as (

    select
        fee_registration_no,
        fee_year,
        {{ sum_amount_if('amount', 'remitted_date is not null') }} as paid_amount,
        {{ sum_amount_if('refunded_amount', 'remitted_date is not null') }} as refunded_amount,
        max(remitted_date) as last_paid_date,
        min(issued_date) as first_issued_date,
        max(case when household_no is not null then 1 else 0 end) as household_mark
    from {{ ref('int_person_payment') }}
    where not is_special and fee_year >= '{{ first_year }}' and fee_registration_no is not null
    group by fee_registration_no, fee_year

),

declared as (

    select
        fee_registration_no,
        fee_year,
        {{ sum_amount('amount') }} as declared_amount,
        min(declared_date) as first_declared_date,
        max(case when channel_code = '41' then 1 else 0 end) as household_mark
    from {{ ref('int_person_declaration') }}
    where fee_year >= '{{ first_year }}' and fee_registration_no is not null
    group by fee_registration_no, fee_year

)

select
    coalesce(paid.fee_registration_no, declared.fee_registration_no) as fee_registration_no,
    coalesce(paid.fee_year, declared.fee_year) as fee_year,
    coalesce(declared.first_declared_date, paid.first_issued_date) as declared_date,
    declared.declared_amount,
    coalesce(paid.paid_amount, 0) as paid_amount,
    coalesce(paid.refunded_amount, 0) as refunded_amount,
    paid.last_paid_date,
    coalesce(paid.paid_amount, 0) > 0
    {%- if var('resident_refund_is_unpaid', true) %} and coalesce(paid.refunded_amount, 0) < paid.paid_amount{% endif %} as is_paid,
    coalesce(paid.household_mark, 0) + coalesce(declared.household_mark, 0) > 0 as is_household
from paid
full outer join declared on paid.fee_registration_no = declared.fee_registration_no and paid.fee_year = declared.fee_year

-- Payments of natural persons, by an own ticket or through a virtual household: a payment through a household is one of the person. What was refunded
-- stands beside it. Grain: payment_no (the ticket's number; through a household the number of its detail).
with tickets as (

    select
        ticket_no as payment_no,
        fee_registration_no,
        department_code,
        person_no,
        levy_subitem_code,
        coalesce(channel_code, 'UNKNOWN') as channel_code,
        payment_type_code,
        period_begin_date,
        period_end_date,
        amount,
        agency_code,
        authority_code,
        cast(issued_at as date) as issued_date,
        summarised_date,
        remitted_date,
        settled_date,
        cast(null as string) as household_no,
        cast(null as string) as household_ticket_no
    from {{ ref('stg_tax_person__payment') }}
    where not coalesce(is_voided, false)

),

households as (

    select
        household_detail_no as payment_no,
        fee_registration_no,
        department_code,
        person_no,
        levy_subitem_code,
        '41' as channel_code,
        '1' as payment_type_code,
        period_begin_date,
        period_end_date,
        amount,
        cast(null as string) as agency_code,
        authority_code,
        issued_date,
        summarised_date,
        remitted_date,
        settled_date,
        household_no,
        ticket_no as household_ticket_no
    from {{ ref('int_person_household_detail') }}
    where is_paid

),

payments as (

    select * from tickets
    union all
    select * from households

),

refunds as (

    select
        coalesce(household_detail_no, ticket_no) as payment_no,
        {{ sum_amount('amount') }} as refunded_amount,
        cast(max(refunded_at) as date) as refunded_date
    from {{ ref('stg_tax_person__refund') }}
    where refunded_at is not null
    group by coalesce(household_detail_no, ticket_no)

)

select
    payments.payment_no,
    payments.fee_registration_no,
    payments.department_code,
    payments.person_no,
    coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code,
    payments.channel_code,
    coalesce(payments.payment_type_code = '2', false) as is_special,
    substr(cast(payments.period_end_date as string), 1, 4) as fee_year,
    payments.period_begin_date,
    payments.period_end_date,
    {{ decimal18('payments.amount') }} as amount,
    payments.agency_code,
    payments.authority_code,
    payments.issued_date,
    payments.summarised_date,
    payments.remitted_date,
    payments.settled_date,
    payments.household_no,
    payments.household_ticket_no,
    coalesce(refunds.refunded_amount, 0) as refunded_amount,
    refunds.refunded_date
from payments
left join refunds on payments.payment_no = refunds.payment_no
left join {{ ref('ref_person_insurance') }} as insurance on payments.levy_subitem_code = insurance.zspm_code
where payments.payment_no is not null

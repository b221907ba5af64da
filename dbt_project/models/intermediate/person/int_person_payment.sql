-- Payments of natural persons, by an own ticket or through a virtual household: a payment through a household is one of the person. What was refunded
-- stands beside it. Grain: payment_no (the ticket's number; through a household the number of its detail).
with tickets as (

    select
        ticket_no as payment_no,
        fee_registration_no,
        department_code,
        levy_subitem_code,
        coalesce(channel_code, 'UNKNOWN') as channel_code,
        payment_type_code,
        period_end_date,
        amount,
        remitted_date,
        settled_date
    from {{ ref('stg_tax_person__payment') }}
    where not coalesce(is_voided, false)

),

households as (

    select
        details.household_detail_no as payment_no,
        details.fee_registration_no,
        details.department_code,
        details.levy_subitem_code,
        '41' as channel_code,
        '1' as payment_type_code,
        details.period_end_date,
        details.amount,
        payments.remitted_date,
        payments.settled_date
    from {{ ref('stg_tax_virtual__declaration_detail') }} as details
    inner join {{ ref('stg_tax_virtual__payment') }} as payments
        on details.household_payment_no = payments.household_payment_no and not coalesce(payments.is_voided, false)
    where coalesce(details.detail_state_code, '2') <> '3'

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
    coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code,
    payments.channel_code,
    coalesce(payments.payment_type_code = '2', false) as is_special,
    substr(cast(payments.period_end_date as string), 1, 4) as fee_year,
    {{ decimal18('payments.amount') }} as amount,
    payments.remitted_date,
    payments.settled_date,
    coalesce(refunds.refunded_amount, 0) as refunded_amount,
    refunds.refunded_date
from payments
left join refunds on payments.payment_no = refunds.payment_no
left join {{ ref('ref_person_insurance') }} as insurance on payments.levy_subitem_code = insurance.zspm_code
where payments.payment_no is not null

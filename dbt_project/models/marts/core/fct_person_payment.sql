-- A natural person's payments as each system has them: issued by the collection system, remitted and settled through TIPS, returned through the sharing
-- platform, booked by the department. A return that no payment belongs to stands for itself. Stands under each person that the registration is said to
-- belong to; the bureau is that of the registration. Published for look-ups of one person only. Grain: person_key × department_code × payment_key.
with holder as (

    select
        person_key,
        fee_registration_no,
        department_code,
        person_no,
        insurance_code,
        bureau_code
    from {{ ref('fct_person_registration') }}

),

-- What was said under a number whose registration is not known.
number_holder as (

    select
        person_key,
        department_code,
        person_no,
        min(bureau_code) as bureau_code
    from holder
    where person_no is not null
    group by person_key, department_code, person_no

),

told as (

    select
        payment_no,
        max(case when pair = 'person_remittance' then returned_date end) as remittance_returned_date,
        max(case when pair = 'person_remittance' then case when is_return_unread then 1 else 0 end end) = 1 as is_remittance_unread,
        max(case when pair = 'person_settlement' then returned_date end) as settlement_returned_date,
        max(case when pair = 'person_settlement' then case when is_return_unread then 1 else 0 end end) = 1 as is_settlement_unread,
        max(case when pair = 'person_posting' then posted_date end) as posted_date,
        max(case when pair = 'person_posting' then other_amount end) as posted_amount,
        max(case when pair = 'person_remittance' then outcome_code end) as remittance_outcome_code,
        max(case when pair = 'person_settlement' then outcome_code end) as settlement_outcome_code,
        max(case when pair = 'person_posting' then outcome_code end) as posting_outcome_code,
        max(case when pair = 'person_remittance' then cause_code end) as remittance_cause_code,
        max(case when pair = 'person_settlement' then cause_code end) as settlement_cause_code,
        max(case when pair = 'person_posting' then cause_code end) as posting_cause_code,
        max(case when pair = 'person_remittance' then differing_fields end) as differing_fields
    from {{ ref('int_recon_person') }}
    where payment_no is not null
    group by payment_no

),

registered as (

    select
        payment.*,
        holder.person_key,
        holder.bureau_code
    from {{ ref('int_person_payment') }} as payment
    inner join holder on payment.fee_registration_no = holder.fee_registration_no

),

unregistered as (

    select
        payment.*,
        number_holder.person_key,
        number_holder.bureau_code
    from {{ ref('int_person_payment') }} as payment
    left join {{ ref('int_person_registration') }} as registration on payment.fee_registration_no = registration.fee_registration_no
    inner join number_holder on payment.department_code = number_holder.department_code and payment.person_no = number_holder.person_no
    where registration.fee_registration_no is null

),

payments as (

    select * from registered
    union all
    select * from unregistered

)

select
    payments.person_key,
    payments.payment_no as payment_key,
    payments.department_code,
    payments.bureau_code,
    payments.fee_registration_no,
    payments.person_no,
    payments.insurance_code,
    payments.fee_year,
    payments.period_begin_date,
    payments.period_end_date,
    payments.is_special,
    payments.channel_code,
    payments.authority_code,
    payments.household_no,
    payments.amount,
    payments.issued_date,
    payments.remitted_date,
    payments.settled_date,
    payments.refunded_amount,
    payments.refunded_date,
    cast(null as decimal(18, 2)) as returned_amount,
    told.remittance_returned_date,
    told.is_remittance_unread,
    told.settlement_returned_date,
    told.is_settlement_unread,
    told.posted_date,
    told.posted_amount,
    cast(told.remittance_outcome_code as integer) as remittance_outcome_code,
    cast(told.settlement_outcome_code as integer) as settlement_outcome_code,
    cast(told.posting_outcome_code as integer) as posting_outcome_code,
    told.remittance_cause_code,
    told.settlement_cause_code,
    told.posting_cause_code,
    told.differing_fields
from payments
left join told on payments.payment_no = told.payment_no
union all
select
    number_holder.person_key,
    returned.pair || '|' || returned.subject_no as payment_key,
    returned.department_code,
    number_holder.bureau_code,
    cast(null as string) as fee_registration_no,
    returned.return_person_no as person_no,
    returned.insurance_code,
    substr(cast(returned.returned_date as string), 1, 4) as fee_year,
    cast(null as date) as period_begin_date,
    cast(null as date) as period_end_date,
    false as is_special,
    cast(null as string) as channel_code,
    cast(null as string) as authority_code,
    cast(null as string) as household_no,
    cast(null as decimal(18, 2)) as amount,
    cast(null as date) as issued_date,
    cast(null as date) as remitted_date,
    cast(null as date) as settled_date,
    cast(null as decimal(18, 2)) as refunded_amount,
    cast(null as date) as refunded_date,
    returned.other_amount as returned_amount,
    case when returned.pair = 'person_remittance' then returned.returned_date end as remittance_returned_date,
    case when returned.pair = 'person_remittance' then returned.is_return_unread end as is_remittance_unread,
    case when returned.pair = 'person_settlement' then returned.returned_date end as settlement_returned_date,
    case when returned.pair = 'person_settlement' then returned.is_return_unread end as is_settlement_unread,
    cast(null as date) as posted_date,
    cast(null as decimal(18, 2)) as posted_amount,
    case when returned.pair = 'person_remittance' then cast(returned.outcome_code as integer) end as remittance_outcome_code,
    case when returned.pair = 'person_settlement' then cast(returned.outcome_code as integer) end as settlement_outcome_code,
    cast(null as integer) as posting_outcome_code,
    case when returned.pair = 'person_remittance' then returned.cause_code end as remittance_cause_code,
    case when returned.pair = 'person_settlement' then returned.cause_code end as settlement_cause_code,
    cast(null as string) as posting_cause_code,
    cast(null as string) as differing_fields
from {{ ref('int_recon_person') }} as returned
inner join number_holder
    on returned.department_code = number_holder.department_code and returned.return_person_no = number_holder.person_no
where returned.payment_no is null

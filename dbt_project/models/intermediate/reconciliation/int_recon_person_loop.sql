-- The loop back of natural persons' remitted payments: returned, booked by the department, and tax was told. All outcomes. Grain: payment.
with payment as (

    select * from {{ ref('int_recon_person_payment') }}

),

returned as (

    {{ recon_person_returned('remittance') }}

),

compared as (

    select
        'person_posting' as pair,
        payment.payment_no as subject_no,
        payment.payment_no,
        payment.ticket_no,
        payment.department_code,
        payment.insurance_code,
        payment.agency_code,
        payment.bureau_code,
        payment.town_code,
        payment.period,
        payment.channel_code,
        payment.fee_registration_no,
        cast(null as string) as return_person_no,
        'success' as tax_state,
        case when posting.fed_back_at is not null then 'success' when returned.return_no is not null then 'failed' else 'missing' end as other_state,
        payment.amount as tax_amount,
        case when posting.fed_back_at is not null then posting.amount when returned.return_no is not null then 0 end as other_amount,
        payment.remitted_date as tax_date,
        cast(coalesce(posting.fed_back_at, posting.posted_at) as date) as other_date,
        payment.remitted_date as since_date,
        returned.return_no,
        cast(returned.returned_at as date) as returned_date,
        coalesce(returned.is_unread, false) as is_return_unread,
        cast(posting.posted_at as date) as posted_date,
        false as is_double,
        {%- for code, words, expression in recon_person_attributes('payment', 'returned') %}
        false as is_{{ code }},
        {%- endfor %}
        case
            when returned.return_no is null then 'not_returned'
            when posting.posted_at is null and returned.is_unread then 'returned_unread'
            when posting.posted_at is null then 'read_not_posted'
            when posting.fed_back_at is null then 'posted_not_fed_back'
            else 'amount_changed'
        end as open_cause
    from payment
    left join returned on payment.payment_no = returned.payment_no
    left join {{ ref('int_recon_person_posting') }} as posting
        on returned.department_code = posting.department_code and returned.return_no = posting.return_no
    where payment.remitted_date is not null

),

{{ recon_person_judged() }}

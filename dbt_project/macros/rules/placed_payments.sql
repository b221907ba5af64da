{#-
  Payments of natural persons of the last months, through households person by person, with where they belong: bureau and town of the registration,
  the payment's own agency before that of the registration. `month_of` is the day that puts a payment into a month, `reason` what is said of it in terms of `payment`.
-#}
{% macro placed_payments(month_of, months, reason) -%}
    select
        payment.payment_no as person_payment_key,
        payment.fee_registration_no,
        payment.department_code,
        coalesce(payment.person_no, registration.person_no) as person_no,
        payment.insurance_code,
        insurance.insurance_name,
        coalesce(registration.bureau_code, payment.authority_code) as bureau_code,
        coalesce(payment.agency_code, registration.agency_code) as agency_code,
        registration.town_code,
        registration.village_code,
        payment.authority_code,
        {{ to_period('payment.period_end_date') }} as period,
        payment.fee_year,
        payment.period_begin_date,
        payment.period_end_date,
        payment.amount,
        payment.refunded_amount,
        channel.channel_name,
        payment.household_no,
        coalesce(payment.household_ticket_no, payment.payment_no) as ticket_no,
        payment.issued_date,
        payment.summarised_date,
        payment.remitted_date,
        payment.settled_date,
        {{ reason }} as reason_code
    from {{ ref('int_person_payment') }} as payment
    left join {{ ref('int_person_registration') }} as registration on payment.fee_registration_no = registration.fee_registration_no
    left join {{ ref('ref_person_insurance') }} as insurance on payment.insurance_code = insurance.insurance_code
    left join {{ ref('ref_person_channel') }} as channel on payment.channel_code = channel.channel_code
    where {{ to_period('payment.' ~ month_of) }} > {{ add_months_to_period(as_of_period(), -(months | int)) }}
{%- endmacro %}

{#- How a payment came, as a reason code of placed_payments. -#}
{% macro payment_way() -%}
    case when payment.is_special then 'special' when payment.household_no is not null then 'household' else 'ordinary' end
{%- endmacro %}

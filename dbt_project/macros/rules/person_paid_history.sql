{#-
  What the registrations of a few candidates have paid: the day of the last payment, its fee year, how many and how much. A payment is what was remitted;
  what was paid back in full is none. `candidates` is a relation with insured_key and fee_registration_no, small beside the payments.
-#}
{% macro person_paid_history(candidates) -%}
    select
        candidate.insured_key,
        max(payment.remitted_date) as last_paid_date,
        max(payment.fee_year) as last_fee_year,
        cast(count(*) as integer) as paid_count,
        {{ sum_amount('payment.amount - payment.refunded_amount') }} as paid_amount
    from {{ candidates }} as candidate
    inner join {{ ref('int_person_payment') }} as payment on candidate.fee_registration_no = payment.fee_registration_no
    where payment.remitted_date is not null and payment.refunded_amount < payment.amount
    group by candidate.insured_key
{%- endmacro %}

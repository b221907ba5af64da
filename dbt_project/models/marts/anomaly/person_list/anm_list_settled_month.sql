-- The month's details that the treasury has booked, for HRSS and NHSA to compare with: by day of settlement, households' tickets expanded to persons: an
-- extract, not findings. A view. Grain: payment.
{% set months = var('a10_08_months', 1) %}
with payment as (
    select
        *,
        payment_no as person_payment_key,
        {{ to_period('period_end_date') }} as period,
        case
            when is_special then 'special'
            when household_no is not null then 'household'
            else 'ordinary'
        end as reason_code
    from {{ ref('int_person_payment') }}
    where {{ to_period('settled_date') }} > {{ add_months_to_period(as_of_period(), -(months | int)) }}
),

placed as (
    select
        payment.person_payment_key,
        payment.payment_no,
        payment.fee_registration_no,
        payment.department_code,
        coalesce(registration.bureau_code, payment.authority_code) as bureau_code,
        coalesce(payment.agency_code, registration.agency_code) as agency_code,
        registration.town_code,
        payment.insurance_code,
        payment.period,
        payment.amount,
        payment.reason_code,
        coalesce(payment.person_no, registration.person_no) as person_no,
        payment.authority_code,
        payment.household_no,
        coalesce(payment.household_ticket_no, payment.payment_no) as ticket_no,
        payment.issued_date,
        payment.remitted_date,
        payment.settled_date,
        payment.summarised_date,
        payment.period_begin_date,
        payment.period_end_date,
        insurance.insurance_name
    from payment
    left join {{ ref('int_person_registration') }} as registration on payment.fee_registration_no = registration.fee_registration_no
    left join {{ ref('ref_person_insurance') }} as insurance on payment.insurance_code = insurance.insurance_code
)

select
    {{ finding_of(
        'A10.08', 'person_payment', alias='placed',
        reason='placed.reason_code',
        since='placed.settled_date',
        evidence='人员编号{placed.person_no}的{placed.insurance_name|phrase}{placed.amount|money}元，{placed.issued_date|date}开具、{placed.remitted_date|date}上解、{placed.settled_date|date}入库' ~ "{case when placed.household_no is not null then '，由虚拟户' || placed.household_no || '代缴' end|phrase}" ~ '。',
    ) }},
    placed.issued_date,
    placed.remitted_date,
    placed.settled_date,
    placed.summarised_date,
    placed.period_begin_date,
    placed.period_end_date,
    placed.authority_code,
    placed.person_no,
    who.person_name,
    who.person_id_number,
    placed.ticket_no,
    placed.household_no
from placed
left join {{ ref('int_person_identity') }} as who on placed.fee_registration_no = who.fee_registration_no

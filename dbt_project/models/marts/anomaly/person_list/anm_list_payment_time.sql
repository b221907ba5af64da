-- When a payer's money was remitted and settled, payment by payment, of the chosen months: an extract, not findings. A view. Grain: payment.
{% set months = var('b4_09_months', 1) %}
with payment as (
    select
        *,
        payment_no as person_payment_key,
        {{ to_period('period_end_date') }} as period,
        case
            when settled_date is not null then 'settled'
            when remitted_date is not null then 'remitted'
            else 'issued'
        end as reason_code
    from {{ ref('int_person_payment') }}
    where {{ to_period('issued_date') }} > {{ add_months_to_period(as_of_period(), -(months | int)) }}
),

placed as (
    select
        payment.*,
        coalesce(registration.bureau_code, payment.authority_code) as bureau_code,
        registration.agency_code as registration_agency_code,
        registration.town_code,
        registration.village_code,
        insurance.insurance_name
    from payment
    left join {{ ref('int_person_registration') }} as registration on payment.fee_registration_no = registration.fee_registration_no
    left join {{ ref('ref_person_insurance') }} as insurance on payment.insurance_code = insurance.insurance_code
)

select
    {{ finding_of(
        'B4.09', 'person_payment', alias='placed',
        reason='placed.reason_code',
        since='placed.issued_date',
        evidence='人员编号{placed.person_no}的{placed.insurance_name|phrase}{placed.amount|money}元于{placed.issued_date|date}开具，' ~ "{case when placed.remitted_date is not null then " ~ date_text('placed.remitted_date') ~ " || '上解' else '未上解' end || case when placed.settled_date is not null then '，' || " ~ date_text('placed.settled_date') ~ " || '入库' else '，未入库' end|phrase}" ~ '。',
        values={'agency_code': 'coalesce(placed.agency_code, placed.registration_agency_code)'},
    ) }},
    placed.person_no,
    who.person_name,
    coalesce(placed.household_ticket_no, placed.payment_no) as ticket_no,
    placed.issued_date,
    placed.remitted_date,
    placed.settled_date,
    {{ days_between('placed.remitted_date', 'placed.settled_date') }} as settling_days,
    placed.village_code
from placed
left join {{ ref('int_person_identity') }} as who on placed.fee_registration_no = who.fee_registration_no

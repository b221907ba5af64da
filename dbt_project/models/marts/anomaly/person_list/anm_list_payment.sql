-- Payments of natural persons that were remitted in the chosen months, those through virtual households person by person: an extract, not findings.
-- A view. Grain: payment.
{% set months = var('a10_06_months', 1) %}
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
    where {{ to_period('remitted_date') }} > {{ add_months_to_period(as_of_period(), -(months | int)) }}
),

placed as (
    select
        payment.*,
        coalesce(registration.bureau_code, payment.authority_code) as bureau_code,
        registration.agency_code as registration_agency_code,
        registration.town_code,
        registration.village_code,
        insurance.insurance_name,
        channel.channel_name
    from payment
    left join {{ ref('int_person_registration') }} as registration on payment.fee_registration_no = registration.fee_registration_no
    left join {{ ref('ref_person_insurance') }} as insurance on payment.insurance_code = insurance.insurance_code
    left join {{ ref('ref_person_channel') }} as channel on payment.channel_code = channel.channel_code
)

select
    {{ finding_of(
        'A10.06', 'person_payment', alias='placed',
        reason='placed.reason_code',
        since='placed.remitted_date',
        evidence='人员编号{placed.person_no}以{placed.channel_name}缴纳{placed.insurance_name|phrase}{placed.fee_year}年度{placed.amount|money}元，{placed.remitted_date|date}上解' ~ "{case when placed.settled_date is not null then '，' || " ~ date_text('placed.settled_date') ~ " || '入库' else '，未入库' end || case when placed.refunded_amount > 0 then '，已退费' || " ~ amount_text('placed.refunded_amount') ~ " else '' end|phrase}" ~ '。',
        values={'agency_code': 'coalesce(placed.agency_code, placed.registration_agency_code)'},
    ) }},
    placed.person_no,
    who.person_name,
    who.person_id_number,
    placed.fee_year,
    placed.period_begin_date,
    placed.period_end_date,
    placed.channel_name,
    coalesce(placed.household_ticket_no, placed.payment_no) as ticket_no,
    placed.issued_date,
    placed.remitted_date,
    placed.settled_date,
    placed.refunded_amount,
    placed.village_code
from placed
left join {{ ref('int_person_identity') }} as who on placed.fee_registration_no = who.fee_registration_no

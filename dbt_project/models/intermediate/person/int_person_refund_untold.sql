-- Refunds to persons that the treasury has paid back and whose department was not told or has not read it, with where the payer belongs.
-- Grain: person_refund_key.
with refunds as (

    select
        refund_no,
        fee_registration_no,
        department_code,
        person_no,
        amount,
        refunded_at,
        sent_at
    from {{ ref('stg_tax_person__refund') }}
    where refunded_at is not null and (sent_at is null or is_unread)

)

select
    refunds.refund_no as person_refund_key,
    refunds.department_code,
    coalesce(registration.insurance_code, 'UNKNOWN') as insurance_code,
    registration.bureau_code,
    registration.agency_code,
    registration.town_code,
    registration.insured_key,
    refunds.fee_registration_no,
    refunds.person_no,
    {{ decimal18('refunds.amount') }} as amount,
    refunds.refunded_at,
    refunds.sent_at,
    case when refunds.sent_at is null then 'not_sent' else 'unread' end as refund_stage
from refunds
left join {{ ref('int_person_registration') }} as registration on refunds.fee_registration_no = registration.fee_registration_no

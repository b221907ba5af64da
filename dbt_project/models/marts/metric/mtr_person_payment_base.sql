-- What natural persons declared, paid, what was settled and refunded, day by day. Paid is gross; a refund stands beside it on its own day.
-- Grain: record × event. Internal.
with events as (
    select
        payment_no as record_no,
        fee_registration_no,
        'paid' as event_code,
        remitted_date as day,
        channel_code,
        amount
    from {{ ref('int_person_payment') }}
    where remitted_date is not null
    union all
    select
        payment_no as record_no,
        fee_registration_no,
        'settled' as event_code,
        settled_date as day,
        channel_code,
        amount
    from {{ ref('int_person_payment') }}
    where settled_date is not null
    union all
    select
        payment_no as record_no,
        fee_registration_no,
        'refunded' as event_code,
        refunded_date as day,
        channel_code,
        refunded_amount as amount
    from {{ ref('int_person_payment') }}
    where refunded_date is not null
    union all
    select
        declaration_no as record_no,
        fee_registration_no,
        'declared' as event_code,
        declared_date as day,
        channel_code,
        amount
    from {{ ref('int_person_declaration') }}
)

select
    events.record_no,
    events.event_code,
    events.day,
    events.fee_registration_no,
    registrations.bureau_code,
    registrations.town_code,
    registrations.village_code,
    registrations.insurance_code,
    registrations.agency_code,
    registrations.person_kind_code,
    events.channel_code,
    channel.channel_group,
    events.amount
from events
left join {{ ref('int_person_registration') }} as registrations on events.fee_registration_no = registrations.fee_registration_no
left join {{ ref('ref_person_channel') }} as channel on events.channel_code = channel.channel_code

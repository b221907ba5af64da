-- What happened to employers' bills, day by day: received by tax, voided, declared. Grain: bill × event. Internal.
with bills as (
    select * from {{ ref('int_bill') }}
),

voids as (
    select * from {{ ref('int_bill_void') }}
),

events as (
    select
        bill_key,
        'received' as event_code,
        cast(support_received_at as date) as day,
        tax_amount as amount,
        cast(null as string) as void_reason
    from bills
    where support_received_at is not null
    union all
    select
        bills.bill_key,
        'voided' as event_code,
        voids.voided_date as day,
        coalesce(bills.tax_amount, bills.amount) as amount,
        voids.void_reason_code as void_reason
    from voids
    inner join bills on voids.bill_key = bills.bill_key
    union all
    select
        bill_key,
        'declared' as event_code,
        cast(declared_at as date) as day,
        declared_amount as amount,
        cast(null as string) as void_reason
    from bills
    where declared_at is not null
)

select
    events.bill_key,
    events.event_code,
    events.day,
    bills.registration_key,
    bills.bureau_code,
    bills.town_code,
    bills.department_code,
    bills.origin_code,
    bills.agency_code,
    bills.unit_type_code,
    bills.source_system,
    events.void_reason,
    {{ decimal18('coalesce(events.amount, 0)') }} as amount
from events
inner join bills on events.bill_key = bills.bill_key

-- Registrations and bills that HRSS or NHSA has sent and tax has not read within the agreed delay.
-- Withdrawn rows and bills voided by their sender wait for nobody. Grain: registration or bill.
{% set delay = var('a1_01_delay', 1) %}
with registration_tables as (
    select
        registration.*,
        registration.is_base_unread and {{ past_delay('registration.base_sent_at', delay) }} as is_base_stuck,
        registration.is_enrolment_unread
        and {{ past_delay('registration.oldest_unread_enrolment_sent_at', delay) }} as is_enrolment_stuck
    from {{ ref('int_registration') }} as registration
),

unread_registration as (
    select
        registration_tables.*,
        case when is_base_stuck then 'base_unread' else 'enrolment_unread' end as reason_code,
        case when is_base_stuck then '基础信息表' else '参保险种表' end as unread_table,
        case when is_base_stuck then base_sent_at else oldest_unread_enrolment_sent_at end as sent_at
    from registration_tables
    where is_base_stuck or is_enrolment_stuck
),

unread_bill as (
    select
        bill.*,
        unit.unit_name,
        '征集汇总表' as unread_table
    from {{ ref('int_bill') }} as bill
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
    where
        bill.is_unread
        and not bill.is_withdrawn
        and not bill.is_agency_voided
        and {{ past_delay('bill.sent_at', delay) }}
)

select
    {{ finding_of(
        'A1.01', 'registration',
        reason='registration.reason_code',
        since='registration.sent_at',
        evidence='{registration.department_code|department}已于{registration.sent_at|date}将“{registration.unit_name}”
            （单位编号{registration.unit_no}）的{registration.unread_table}写入交换库，税务至今未读取；税务读取并写回读取标志后解除。',
    ) }},
    registration.unit_name,
    registration.source_system,
    registration.unit_no,
    registration.unread_table,
    cast(null as string) as notice_serial,
    cast(null as string) as batch_no,
    registration.sent_at
from unread_registration as registration

union all

select
    {{ finding_of(
        'A1.01', 'bill',
        reason="'bill_unread'",
        since='bill.sent_at',
        evidence='{bill.department_code|department}已于{bill.sent_at|date}将“{bill.unit_name}”{bill.period|month}的征集单
            （流水号{bill.notice_serial}、批次{bill.batch_no}、{bill.amount|money}元）写入交换库，税务至今未读取；税务读取并写回读取标志后解除。',
    ) }},
    bill.unit_name,
    bill.source_system,
    bill.unit_no,
    bill.unread_table,
    bill.notice_serial,
    bill.batch_no,
    bill.sent_at
from unread_bill as bill

-- Back payments of pension that HRSS has assessed, shown as in transit there, and that tax has not: received and failed, not on the sharing platform, or in
-- transit for longer than agreed. Urgent, hourly: the person cannot pay and the benefits wait. Grain: special due.
{% set delay = var('b1_10_delay', 1) %}
with {{ special_due_stuck('HRSS', delay) }}

select
    {{ finding_of(
        'B1.10', 'special_due', alias='stuck',
        reason='stuck.reason_code',
        since='stuck.assessed_at',
        evidence='【加急】人社于{stuck.assessed_at|date}核定人员编号{stuck.person_no}的{stuck.insurance_name|phrase}特殊缴费{stuck.due_amount|money}元
            （通知流水号{stuck.notice_serial}），{stuck.reason_words|phrase}；核定至今{stuck.age_hours}小时，约定时限{stuck.limit_hours}小时（至{stuck.limit_date|date}）；
            {stuck.remedy_words|phrase}后解除。',
        values={'amount': 'stuck.due_amount', 'period': to_period('stuck.period_end_date')},
    ) }},
    who.person_name,
    stuck.person_no,
    stuck.notice_serial,
    stuck.special_kind_code,
    stuck.care_amount,
    stuck.assessed_at,
    stuck.sent_at,
    stuck.received_at,
    stuck.age_hours,
    stuck.limit_hours,
    stuck.age_hours - stuck.limit_hours as overdue_hours
from stuck
left join {{ ref('int_person_identity') }} as who on stuck.fee_registration_no = who.fee_registration_no

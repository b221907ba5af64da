-- Registrations of which only one of the two tables (base info, enrolment) has arrived, so that they cannot be
-- processed. Withdrawn rows do not count as present; ended registrations wait for nothing. Grain: registration.
{% set delay = var('a1_06_delay', 1) %}
with incomplete as (
    select
        registration.*,
        case when registration.has_base then 'enrolment_missing' else 'base_missing' end as reason_code,
        case when registration.has_base then '基础信息表' else '参保险种表' end as present_table,
        case when registration.has_base then '参保险种表' else '基础信息表' end as missing_table,
        case when registration.has_base then registration.base_sent_at else registration.enrolment_sent_at end as sent_at
    from {{ ref('int_registration') }} as registration
    where registration.has_base <> registration.has_enrolment and not registration.is_ended
)

select
    {{ finding_of(
        'A1.06', 'registration', alias='incomplete',
        reason='incomplete.reason_code',
        since='incomplete.sent_at',
        evidence='{incomplete.department_code|department}于{incomplete.sent_at|date}只传递了' ~ "{'“' || incomplete.unit_name || '”'|phrase}" ~ '单位编号{incomplete.unit_no}的
            {incomplete.present_table}，缺少{incomplete.missing_table}，户籍无法传入社保费子系统；补传{incomplete.missing_table}后解除。',
    ) }},
    incomplete.unit_name,
    incomplete.source_system,
    incomplete.unit_no,
    incomplete.present_table,
    incomplete.missing_table,
    incomplete.sent_at
from incomplete
where {{ past_delay('incomplete.sent_at', delay) }}

-- Valid bills whose employer number has neither base info nor enrolment in the same department and system.
-- Withdrawn registration rows do not count. Grain: bill.
{% set delay = var('a1_08_delay', 1) %}
with orphan as (
    select
        bill.*,
        coalesce(bill.sent_at, bill.support_received_at) as known_since,
        coalesce(registration.is_withdrawn, false) as is_registration_withdrawn
    from {{ ref('int_bill') }} as bill
    left join {{ ref('int_registration') }} as registration on bill.registration_key = registration.registration_key
    where
        bill.is_valid
        and not coalesce(registration.has_base, false)
        and not coalesce(registration.has_enrolment, false)
)

select
    {{ finding_of(
        'A1.08', 'bill',
        reason="case when bill.is_registration_withdrawn then 'registration_withdrawn' else 'no_registration' end",
        since='bill.known_since',
        evidence='{bill.department_code|department}{bill.source_system}系统的单位编号{bill.unit_no}有{bill.period|month}的有效征集单
            （流水号{bill.notice_serial}、批次{bill.batch_no}、{bill.amount|money}元），却没有户籍；确需缴费的由对方补传户籍，否则撤销该单据后解除。',
    ) }},
    bill.source_system,
    bill.unit_no,
    bill.notice_serial,
    bill.batch_no,
    bill.person_count,
    bill.is_registration_withdrawn,
    bill.known_since as sent_at
from orphan as bill
where {{ past_delay('bill.known_since', delay) }}

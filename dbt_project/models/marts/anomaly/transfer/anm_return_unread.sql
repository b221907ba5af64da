-- Remittance and settlement returns that tax has written back and the department has not read within
-- the agreed delay. Withdrawn returns, and returns of withdrawn bills, wait for nobody. Grain: return row.
{% set delay = var('a1_02_delay', 2) %}
select
    {{ finding_of(
        'A1.02', 'return', alias='returned',
        reason="returned.return_kind || '_unread'",
        since='returned.returned_at',
        evidence='税务已于{returned.returned_at|date}回盘“{unit.unit_name}”{bill.period|month}{item.insurance_name}的
            ' ~ "{case returned.return_kind when 'settlement' then '入库' else '上解' end|phrase}" ~ '金额{returned.amount|money}元
            （税票{returned.ticket_no}），{returned.department_code|department}至今未读取、无法登账；对方读取并写回读取标志后解除。',
    ) }},
    unit.unit_name,
    returned.return_kind,
    returned.ticket_no,
    returned.business_date,
    returned.returned_at,
    bill.notice_serial,
    bill.batch_no
from {{ ref('int_return') }} as returned
left join {{ ref('int_bill') }} as bill on returned.bill_key = bill.bill_key
left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
left join {{ ref('dim_insurance_item') }} as item on returned.insurance_code = item.insurance_code
where
    returned.is_unread
    and not returned.is_withdrawn
    and not coalesce(bill.is_withdrawn, false)
    and {{ past_delay('returned.returned_at', delay) }}

-- Remittance returns that the department has read, whose money the treasury has settled for tax, while the
-- settlement return is absent or unread past the agreed delay. Annuity never passes the treasury and is left out;
-- a withdrawn settlement return does not count as present. Grain: remittance return row.
{% set delay = var('a1_03_delay', 2) %}
with settlement_return as (
    select
        department_code,
        ticket_no,
        insurance_code,
        min(returned_at) as returned_at,
        min(case when is_unread then returned_at end) as unread_since
    from {{ ref('int_return') }}
    where return_kind = 'settlement' and not is_withdrawn
    group by department_code, ticket_no, insurance_code
),

settled as (
    select
        remittance.return_key,
        remittance.department_code,
        remittance.bill_key,
        remittance.insurance_code,
        remittance.ticket_no,
        remittance.amount,
        remittance.read_at as remittance_read_at,
        paid.settled_amount,
        paid.settled_date,
        settlement_return.returned_at as settlement_returned_at,
        case
            when settlement_return.returned_at is null then 'settlement_not_returned'
            when settlement_return.unread_since is not null then 'settlement_unread'
        end as reason_code,
        case
            when settlement_return.returned_at is null then cast(paid.settled_date as date)
            else cast(settlement_return.unread_since as date)
        end as waiting_since
    from {{ ref('int_return') }} as remittance
    inner join {{ ref('int_ticket_item') }} as paid
        on
            remittance.ticket_no = paid.ticket_no
            and remittance.insurance_code = paid.insurance_code
            and remittance.department_code = paid.department_code
    left join settlement_return
        on
            remittance.ticket_no = settlement_return.ticket_no
            and remittance.insurance_code = settlement_return.insurance_code
            and remittance.department_code = settlement_return.department_code
    where
        remittance.return_kind = 'remittance'
        and not remittance.is_unread
        and not remittance.is_withdrawn
        and remittance.insurance_code <> 'ZYNJ'
        and paid.settled_date is not null
)

select
    {{ finding_of(
        'A1.03', 'return', alias='settled',
        reason='settled.reason_code',
        since='settled.waiting_since',
        evidence='“{unit.unit_name}”{bill.period|month}{item.insurance_name}的税票{settled.ticket_no}：
            {settled.department_code|department}已读取上解回盘{settled.amount|money}元，国库已于{settled.settled_date|date}入库，
            但' ~ "{case settled.reason_code when 'settlement_unread' then '入库回盘对方尚未读取；对方读取入库表后解除。' else '交换库中没有入库回盘；补写入库回盘并由对方读取后解除。' end|phrase}",
    ) }},
    unit.unit_name,
    settled.ticket_no,
    settled.remittance_read_at,
    settled.settled_amount,
    settled.settled_date,
    settled.settlement_returned_at,
    bill.notice_serial,
    bill.batch_no
from settled
left join {{ ref('int_bill') }} as bill on settled.bill_key = bill.bill_key
left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
left join {{ ref('dim_insurance_item') }} as item on settled.insurance_code = item.insurance_code
where
    settled.reason_code is not null
    and not coalesce(bill.is_withdrawn, false)
    and {{ past_delay('settled.waiting_since', delay) }}

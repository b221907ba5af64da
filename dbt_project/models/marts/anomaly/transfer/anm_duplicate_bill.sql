-- Valid bills of one department that share a notice serial in different transfer batches: the payer may be charged
-- twice. A re-delivery of one identity is one bill; voided and withdrawn twins do not count. Grain: bill.
with valid_bill as (
    select
        bill.*,
        coalesce(bill.sent_at, bill.support_received_at) as known_since
    from {{ ref('int_bill') }} as bill
    where bill.is_valid and bill.notice_serial_norm is not null and bill.notice_serial_norm <> ''
),

twins as (
    select
        department_code,
        notice_serial_norm,
        count(*) as twin_count,
        sum(amount) as total_amount,
        sum(collected_amount) as total_collected_amount,
        max(known_since) as since,
        {{ list_text('batch_no', '、', order_by='batch_no') }} as batch_nos
    from valid_bill
    group by department_code, notice_serial_norm
    having count(*) > 1
)

select
    {{ finding_of(
        'A1.09', 'bill',
        reason="'same_serial'",
        since='twins.since',
        evidence='“{unit.unit_name}”{bill.period|month}的征集通知流水号{bill.notice_serial}在{bill.department_code|department}有
            {twins.twin_count}张有效征集单（批次{twins.batch_nos}，合计{twins.total_amount|money}元），可能重复扣费；
            核实后作废或撤销多余的单据、只留一张有效，即解除。',
    ) }},
    unit.unit_name,
    bill.notice_serial,
    bill.batch_no,
    twins.batch_nos,
    twins.twin_count,
    cast(twins.total_amount as decimal(18, 2)) as total_amount,
    cast(bill.collected_amount as decimal(18, 2)) as collected_amount,
    cast(twins.total_collected_amount as decimal(18, 2)) as total_collected_amount,
    bill.sent_at
from valid_bill as bill
inner join twins
    on bill.department_code = twins.department_code and bill.notice_serial_norm = twins.notice_serial_norm
left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key

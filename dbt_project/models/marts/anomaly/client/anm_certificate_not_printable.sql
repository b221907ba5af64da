-- Tickets whose tax certificate cannot be printed in the client: printed at the counter before, or its printable data was not generated.
-- Grain: ticket.
with refused as (
    select
        prints.ticket_no as ticket_key,
        prints.ticket_no,
        prints.bill_key,
        bill.department_code,
        bill.bureau_code,
        bill.agency_code,
        bill.town_code,
        bill.period,
        prints.remitted_amount as amount,
        bill.registration_key,
        coalesce(prints.taxpayer_key, bill.taxpayer_key) as taxpayer_key,
        unit.unit_name,
        prints.refused_at,
        prints.failure_text,
        prints.counter_printed_at,
        prints.generated_at,
        prints.remitted_date,
        case
            when prints.counter_printed_at is not null then 'printed_at_counter'
            when prints.generated_at is null then 'data_missing'
            when prints.generated_at > prints.refused_at then 'data_late'
            when prints.failure_code = '01' then 'printed_at_counter'
            when prints.failure_code = '02' then 'data_missing'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_certificate_print') }} as prints
    left join {{ ref('int_bill') }} as bill on prints.bill_key = bill.bill_key
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
)

select
    {{ finding_of(
        'A4.7', 'ticket', alias='refused',
        reason='refused.reason_code',
        since='refused.refused_at',
        evidence="“{refused.unit_name}”{refused.period|month}费款的税票{refused.ticket_no}（{refused.amount|money}元，{refused.remitted_date|date}上解）
            于{refused.refused_at|date}在客户端打印失败，提示“{refused.failure_text}”；查得{case refused.reason_code
            when 'printed_at_counter' then '已在前台打印过，客户端不再重复打印'
            when 'data_missing' then '前台未打印过，票据数据未生成'
            when 'data_late' then '票据数据在打印之后才生成，可以重新打印'
            else '前台未打印、票据数据已生成，原因未能判定' end|phrase}；恢复客户端打印数据、打印成功后解除。",
    ) }},
    refused.unit_name,
    refused.ticket_no,
    refused.refused_at,
    refused.failure_text,
    refused.counter_printed_at,
    refused.generated_at,
    refused.remitted_date
from refused

-- Items of the to-deduct list (待批扣清册), one for each try; the last one of a ticket says how it stands. Grain: to_deduct_item_key.
select
    items.batch_item_no as to_deduct_item_key,
    items.ticket_no,
    {{ key_of(['items.department_code', 'items.notice_serial', 'items.batch_no']) }} as bill_key,
    items.taxpayer_key,
    items.agreement_key,
    items.authority_code,
    {{ decimal18('items.amount') }} as amount,
    items.state_code,
    items.generated_at,
    {{ to_period('items.generated_at') }} as batch_month,
    items.sent_at,
    items.returned_at,
    items.return_code,
    return_codes.return_text,
    {{ bank_reason_class('items.return_code', 'return_codes.return_text', 'return_codes.reason_class') }} as reason_class,
    coalesce(items.return_code = '{{ bank_success_code() }}', false) as is_success,
    items.voided_at,
    row_number() over (
        partition by items.ticket_no
        order by items.generated_at desc, items.batch_item_no desc
    ) = 1 as is_last
from {{ ref('stg_tax_bank__batch_item') }} as items
left join {{ ref('ref_bank_return_code') }} as return_codes on items.return_code = return_codes.return_code

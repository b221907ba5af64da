-- Cash and POS money that tax staff took (自收现金票据), and whether it was summed up and remitted. Grain: cash_receipt_key (票据号码).
select
    receipts.receipt_no as cash_receipt_key,
    receipts.ticket_no,
    {{ key_of(['receipts.department_code', 'receipts.notice_serial', 'receipts.batch_no']) }} as bill_key,
    receipts.taxpayer_key,
    receipts.authority_code,
    coalesce(authorities.bureau_code, receipts.authority_code) as bureau_code,
    receipts.pay_kind_code,
    {{ decimal18('receipts.amount') }} as amount,
    receipts.taken_at,
    receipts.is_voided,
    receipts.summary_no,
    coalesce(receipts.summed_at, summaries.summed_at) as summed_at,
    receipts.summary_no is not null as is_summed,
    summaries.remitted_at,
    summaries.remitted_at is not null as is_remitted
from {{ ref('stg_tax_bank__cash_receipt') }} as receipts
left join {{ ref('stg_tax_bank__cash_summary') }} as summaries on receipts.summary_no = summaries.summary_no
left join {{ ref('int_tax_authority') }} as authorities on receipts.authority_code = authorities.authority_code

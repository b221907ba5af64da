-- Bills that tax returned to the department as failed (回盘状态 2): nothing was collected. Grain: bill_key.
select
    {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
    max(returned_at) as failed_at,
    {{ sum_amount('amount') }} as failed_amount
from {{ ref('stg_tax_levy__return') }}
where return_state_code = '2' and department_code is not null and notice_serial is not null and batch_no is not null
group by department_code, notice_serial, batch_no

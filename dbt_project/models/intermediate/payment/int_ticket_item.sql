-- Tickets by insurance item: invoiced, deducted, remitted, settled. Annuity is never settled. Grain: ticket_no × insurance_code.
with items as (

    select * from {{ ref('ref_insurance_item') }}

),

movements as (

    select
        ticket_no,
        levy_subitem_code,
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        department_code,
        taxpayer_key,
        amount as invoiced_amount,
        is_voided,
        issued_at,
        channel_code,
        cast(null as decimal(18, 2)) as remitted_amount,
        cast(null as date) as remitted_date,
        cast(null as decimal(18, 2)) as settled_amount,
        cast(null as date) as settled_date
    from {{ ref('stg_tax_levy__invoice') }}
    union all
    select
        ticket_no,
        levy_subitem_code,
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        department_code,
        cast(null as string) as taxpayer_key,
        cast(null as decimal(18, 2)) as invoiced_amount,
        cast(null as boolean) as is_voided,
        cast(null as timestamp) as issued_at,
        cast(null as string) as channel_code,
        amount as remitted_amount,
        remitted_date,
        cast(null as decimal(18, 2)) as settled_amount,
        cast(null as date) as settled_date
    from {{ ref('stg_tax_levy__remittance') }}
    union all
    select
        ticket_no,
        levy_subitem_code,
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        department_code,
        cast(null as string) as taxpayer_key,
        cast(null as decimal(18, 2)) as invoiced_amount,
        cast(null as boolean) as is_voided,
        cast(null as timestamp) as issued_at,
        cast(null as string) as channel_code,
        cast(null as decimal(18, 2)) as remitted_amount,
        cast(null as date) as remitted_date,
        amount as settled_amount,
        settled_date
    from {{ ref('stg_tax_levy__settlement') }}

),

ticket_items as (

    select
        movements.ticket_no,
        coalesce(items.insurance_code, 'UNKNOWN') as insurance_code,
        max(movements.bill_key) as bill_key,
        max(movements.department_code) as department_code,
        max(movements.taxpayer_key) as taxpayer_key,
        {{ sum_amount('movements.invoiced_amount') }} as invoiced_amount,
        min(case when movements.is_voided then 1 when not movements.is_voided then 0 end) as void_mark,
        min(movements.issued_at) as issued_at,
        max(movements.channel_code) as channel_code,
        {{ sum_amount('movements.remitted_amount') }} as remitted_amount,
        max(movements.remitted_date) as remitted_date,
        {{ sum_amount('movements.settled_amount') }} as settled_amount,
        max(movements.settled_date) as settled_date
    from movements
    left join items on movements.levy_subitem_code = items.zspm_code
    where movements.ticket_no is not null
    group by movements.ticket_no, coalesce(items.insurance_code, 'UNKNOWN')

),

succeeded_tickets as (

    select ticket_no
    from {{ ref('stg_tax_levy__deduction') }}
    where return_code = '{{ bank_success_code() }}' and ticket_no is not null
    group by ticket_no

)

select
    ticket_items.ticket_no,
    ticket_items.insurance_code,
    ticket_items.bill_key,
    ticket_items.department_code,
    ticket_items.taxpayer_key,
    ticket_items.invoiced_amount,
    coalesce(ticket_items.void_mark = 1, false) as is_void,
    ticket_items.issued_at,
    ticket_items.channel_code,
    succeeded_tickets.ticket_no is not null as deduction_succeeded,
    ticket_items.remitted_amount,
    ticket_items.remitted_date,
    ticket_items.settled_amount,
    ticket_items.settled_date
from ticket_items
left join succeeded_tickets on ticket_items.ticket_no = succeeded_tickets.ticket_no

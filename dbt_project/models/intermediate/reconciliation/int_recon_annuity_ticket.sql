-- An annuity ticket at tax (confirmed 上解, its bill's amount), at the clearing centre (debited) and on the bank's statement (transferred, reversed).
-- Only principal is compared: late fee and interest are lines of their own. Grain: ticket_no.
with confirmed as (

    select
        ticket_no,
        max(bill_key) as bill_key,
        {{ sum_amount('remitted_amount') }} as confirmed_amount,
        max(remitted_date) as confirmed_date
    from {{ ref('int_ticket_item') }}
    where insurance_code = 'ZYNJ' and remitted_amount is not null
    group by ticket_no

),

levy_debit as (

    select
        ticket_no,
        {{ sum_amount('amount') }} as levy_debit_amount,
        count(*) as levy_debit_count,
        cast(max(returned_at) as date) as levy_debit_date
    from {{ ref('stg_tax_levy__deduction') }}
    where deduction_type_code = '5' and return_code = '{{ bank_success_code() }}' and ticket_no is not null
    group by ticket_no

),

centre_row as (

    select
        ticket_no,
        amount,
        returned_at
    from {{ ref('stg_annuity__immediate_debit') }}
    where return_code = '{{ bank_success_code() }}' and ticket_no is not null
    union all
    select
        ticket_no,
        amount,
        returned_at
    from {{ ref('stg_annuity__collection_item') }}
    where return_code = '{{ bank_success_code() }}' and ticket_no is not null

),

centre as (

    select
        ticket_no,
        {{ sum_amount('amount') }} as centre_amount,
        count(*) as centre_count,
        cast(max(returned_at) as date) as centre_date
    from centre_row
    group by ticket_no

),

reversed_transfer as (

    select
        transfer_no,
        {{ sum_amount('amount') }} as amount
    from {{ ref('stg_annuity__reversal') }}
    where transfer_no is not null
    group by transfer_no

),

transfer as (

    select
        transfer.ticket_no,
        {{ sum_amount('case when transfer.is_reversed or reversed_transfer.transfer_no is not null then 0 else transfer.amount end') }}
            as transferred_amount,
        count(case when not transfer.is_reversed and reversed_transfer.transfer_no is null then 1 end) as transfer_count,
        count(case when transfer.is_reversed or reversed_transfer.transfer_no is not null then 1 end) as reversed_count,
        max(case when not transfer.is_reversed and reversed_transfer.transfer_no is null then transfer.amount end) as largest_amount,
        min(case when not transfer.is_reversed and reversed_transfer.transfer_no is null then transfer.amount end) as smallest_amount,
        max(transfer.transfer_date) as transfer_date
    from {{ ref('stg_annuity__transfer') }} as transfer
    left join reversed_transfer on transfer.transfer_no = reversed_transfer.transfer_no
    where transfer.money_type_code = '1' and transfer.ticket_no is not null
    group by transfer.ticket_no

),

ticket as (

    select ticket_no from confirmed
    union
    select ticket_no from levy_debit
    union
    select ticket_no from centre
    union
    select ticket_no from transfer

),

ticket_bill as (

    select
        ticket_no,
        max(bill_key) as bill_key
    from {{ ref('int_ticket_item') }}
    where insurance_code = 'ZYNJ'
    group by ticket_no

)

select
    ticket.ticket_no,
    coalesce(confirmed.bill_key, ticket_bill.bill_key) as bill_key,
    confirmed.confirmed_amount,
    confirmed.confirmed_date,
    levy_debit.levy_debit_amount,
    coalesce(levy_debit.levy_debit_count, 0) as levy_debit_count,
    levy_debit.levy_debit_date,
    centre.centre_amount,
    coalesce(centre.centre_count, 0) as centre_count,
    centre.centre_date,
    transfer.transferred_amount,
    coalesce(transfer.transfer_count, 0) as transfer_count,
    coalesce(transfer.reversed_count, 0) as reversed_count,
    transfer.largest_amount,
    transfer.smallest_amount,
    transfer.transfer_date
from ticket
left join confirmed on ticket.ticket_no = confirmed.ticket_no
left join levy_debit on ticket.ticket_no = levy_debit.ticket_no
left join centre on ticket.ticket_no = centre.ticket_no
left join transfer on ticket.ticket_no = transfer.ticket_no
left join ticket_bill on ticket.ticket_no = ticket_bill.ticket_no

-- Tickets with a debit sent to the bank and none that tax knows as successful: the last try, the answer, and what the treasury system (TIPS) and the
-- remittance say. Grain: ticket_no.
with debits as (

    select
        deduction_no,
        ticket_no,
        agreement_key,
        deduction_type_code,
        sent_at,
        returned_at,
        return_code,
        return_text
    from {{ ref('stg_tax_levy__deduction') }}
    where ticket_no is not null

),

open_tickets as (

    select
        ticket_no,
        count(*) as try_count,
        min(case when returned_at is not null then returned_at end) as first_refused_at
    from debits
    group by ticket_no
    having count(case when return_code = '{{ bank_success_code() }}' then 1 end) = 0

),

last_debits as (

    select
        debits.*,
        open_tickets.try_count,
        open_tickets.first_refused_at
    from debits
    inner join open_tickets on debits.ticket_no = open_tickets.ticket_no
    qualify row_number() over (partition by debits.ticket_no order by debits.sent_at desc nulls last, debits.deduction_no desc) = 1

),

answers as (

    select
        answers.ticket_no,
        min(case when answers.state_code = '1' then answers.bank_done_at end) as bank_done_at,
        max(case when answers.state_code = '1' then 1 else 0 end) = 1 as is_bank_done
    from {{ ref('stg_tax_bank__tips_result') }} as answers
    inner join open_tickets on answers.ticket_no = open_tickets.ticket_no
    group by answers.ticket_no

),

raw_answers as (

    select
        answers.deduction_no,
        answers.raw_return_code,
        answers.raw_return_text
    from {{ ref('stg_tax_bank__tips_result') }} as answers
    inner join last_debits on answers.deduction_no = last_debits.deduction_no
    qualify row_number() over (partition by answers.deduction_no order by answers.sent_at desc nulls last, answers.trade_serial desc) = 1

),

tickets as (

    select
        items.ticket_no,
        max(items.bill_key) as bill_key,
        min(case when items.is_void then 1 else 0 end) = 1 as is_void,
        max(items.channel_code) as channel_code,
        {{ sum_amount('items.invoiced_amount') }} as amount,
        {{ sum_amount('items.remitted_amount') }} as remitted_amount,
        max(items.remitted_date) as remitted_date
    from {{ ref('int_ticket_item') }} as items
    inner join open_tickets on items.ticket_no = open_tickets.ticket_no
    group by items.ticket_no

)

select
    last_debits.ticket_no,
    tickets.bill_key,
    last_debits.deduction_no,
    last_debits.agreement_key,
    last_debits.deduction_type_code,
    tickets.channel_code,
    tickets.amount,
    last_debits.try_count,
    last_debits.first_refused_at,
    last_debits.sent_at,
    last_debits.returned_at,
    last_debits.return_code,
    coalesce(last_debits.return_text, raw_answers.raw_return_text) as return_text,
    raw_answers.raw_return_code,
    coalesce(answers.is_bank_done, false) as is_bank_done,
    answers.bank_done_at,
    tickets.remitted_amount,
    tickets.remitted_date
from last_debits
inner join tickets on last_debits.ticket_no = tickets.ticket_no
left join answers on last_debits.ticket_no = answers.ticket_no
left join raw_answers on last_debits.deduction_no = raw_answers.deduction_no
where not tickets.is_void

-- Annuity compared both ways: tax's confirmation against the bank's statement by bill (and by transfers without one), tax's debits against the clearing
-- centre's and these against the statement by ticket. All outcomes. Grain: pair × bill × ticket × transfer.
with ticket as (

    select * from {{ ref('int_recon_annuity_ticket') }}

),

by_ticket as (

    select
        bill_key,
        {{ sum_amount('confirmed_amount') }} as confirmed_amount,
        count(confirmed_amount) as ticket_count,
        min(confirmed_date) as confirmed_date,
        {{ sum_amount('transferred_amount') }} as transferred_amount,
        sum(transfer_count) as transfer_count,
        sum(reversed_count) as reversed_count,
        min(transfer_date) as transfer_date,
        max(ticket_no) as ticket_no
    from ticket
    where bill_key is not null
    group by bill_key

),

own as (

    select
        bill_key,
        {{ sum_amount('amount') }} as own_amount,
        count(*) as own_count,
        min(transfer_date) as own_date,
        max(transfer_no) as transfer_no,
        max(match_code) as match_code
    from {{ ref('int_recon_annuity_own') }}
    where bill_key is not null
    group by bill_key

),

due as (

    select
        bill_key,
        coalesce(tax_amount, agency_amount) as bill_amount
    from {{ ref('int_bill_item') }}
    where insurance_code = 'ZYNJ'

),

by_bill as (

    select
        coalesce(by_ticket.bill_key, own.bill_key) as bill_key,
        by_ticket.ticket_no,
        own.transfer_no,
        own.match_code,
        by_ticket.confirmed_amount,
        by_ticket.confirmed_date,
        coalesce(by_ticket.ticket_count, 0) as ticket_count,
        coalesce(by_ticket.transferred_amount, 0) + coalesce(own.own_amount, 0) as transferred_amount,
        coalesce(by_ticket.transfer_count, 0) + coalesce(own.own_count, 0) as transfer_count,
        coalesce(by_ticket.reversed_count, 0) as reversed_count,
        coalesce(own.own_date, by_ticket.transfer_date) as transfer_date
    from by_ticket
    full outer join own on by_ticket.bill_key = own.bill_key

),

bank as (

    select
        'annuity_bank' as pair,
        by_bill.bill_key,
        by_bill.ticket_no,
        by_bill.transfer_no,
        by_bill.match_code,
        case when by_bill.confirmed_amount > 0 then 'success' else 'failed' end as tax_state,
        case
            when by_bill.transferred_amount > 0 then 'success'
            when by_bill.reversed_count > 0 then 'failed'
            else 'missing'
        end as other_state,
        coalesce(by_bill.confirmed_amount, 0) as tax_amount,
        by_bill.transferred_amount as other_amount,
        by_bill.confirmed_date as tax_date,
        by_bill.transfer_date as other_date,
        coalesce(case when by_bill.confirmed_amount > 0 then by_bill.confirmed_date end, by_bill.transfer_date) as since_date,
        due.bill_amount,
        -- twice by one ticket: the clearing centre's own fault, not a transfer that differs from the bill
        by_bill.transferred_amount > by_bill.confirmed_amount
        and by_bill.transfer_count > by_bill.ticket_count
        and by_bill.match_code is null as is_double,
        coalesce(
            by_bill.transferred_amount <> due.bill_amount,
            by_bill.transferred_amount <> by_bill.confirmed_amount
        ) as differs_from_bill
    from by_bill
    left join due on by_bill.bill_key = due.bill_key
    where by_bill.confirmed_amount > 0 or by_bill.transferred_amount > 0
    union all
    -- transferred by the unit, no bill found or several that could be meant
    select
        'annuity_bank' as pair,
        cast(null as string) as bill_key,
        cast(null as string) as ticket_no,
        transfer_no,
        match_code,
        'missing' as tax_state,
        'success' as other_state,
        cast(null as decimal(18, 2)) as tax_amount,
        transfer_amount as other_amount,
        cast(null as date) as tax_date,
        transfer_date as other_date,
        transfer_date as since_date,
        cast(null as decimal(18, 2)) as bill_amount,
        false as is_double,
        false as differs_from_bill
    from {{ ref('int_recon_annuity_own') }}
    where bill_key is null
    union all
    -- transferred for a ticket that tax does not know
    select
        'annuity_bank' as pair,
        cast(null as string) as bill_key,
        ticket_no,
        cast(null as string) as transfer_no,
        cast(null as string) as match_code,
        'missing' as tax_state,
        'success' as other_state,
        cast(null as decimal(18, 2)) as tax_amount,
        transferred_amount as other_amount,
        cast(null as date) as tax_date,
        transfer_date as other_date,
        transfer_date as since_date,
        cast(null as decimal(18, 2)) as bill_amount,
        false as is_double,
        false as differs_from_bill
    from ticket
    where bill_key is null and transferred_amount > 0

),

clearing as (

    select
        'levy_clearing' as pair,
        bill_key,
        ticket_no,
        case when levy_debit_count > 0 then 'success' else 'missing' end as tax_state,
        case when centre_count > 0 then 'success' else 'missing' end as other_state,
        levy_debit_amount as tax_amount,
        centre_amount as other_amount,
        levy_debit_date as tax_date,
        centre_date as other_date,
        coalesce(levy_debit_date, centre_date) as since_date,
        centre_count > levy_debit_count and levy_debit_count > 0 as is_double
    from ticket
    where levy_debit_count > 0 or centre_count > 0
    union all
    select
        'clearing_bank' as pair,
        bill_key,
        ticket_no,
        case when centre_count > 0 then 'success' else 'missing' end as tax_state,
        case when transfer_count > 0 then 'success' when reversed_count > 0 then 'failed' else 'missing' end as other_state,
        centre_amount as tax_amount,
        transferred_amount as other_amount,
        centre_date as tax_date,
        transfer_date as other_date,
        coalesce(centre_date, transfer_date) as since_date,
        transfer_count > centre_count and centre_count > 0 as is_double
    from ticket
    where centre_count > 0 or transfer_count > 0 or reversed_count > 0

),

{%- set in_time = "not coalesce(" ~ past_delay('since_date', var('rec_annuity_delay')) ~ ", true)" %}

judged as (

    select
        bank.*,
        {{ rec_outcome(
            'tax_state', 'other_state', '(tax_amount <> other_amount or differs_from_bill)',
            in_time ~ " and not (tax_state = 'success' and other_state = 'success' and tax_amount = other_amount and not differs_from_bill)"
        ) }} as outcome_code
    from bank

)

select
    pair,
    bill_key,
    ticket_no,
    transfer_no,
    match_code,
    tax_state,
    other_state,
    {{ decimal18('tax_amount') }} as tax_amount,
    {{ decimal18('other_amount') }} as other_amount,
    {{ decimal18('bill_amount') }} as bill_amount,
    tax_date,
    other_date,
    since_date,
    outcome_code,
    case
        when outcome_code in (0, 1, 7) then cast(null as string)
        when is_double then 'double'
        when outcome_code = 3 then 'reversed'
        when outcome_code = 4 then 'confirmed_not_transferred'
        when outcome_code = 2 then 'differs_confirmed'
        when bill_key is not null and differs_from_bill then 'differs_not_confirmed'
        else 'transferred_not_confirmed'
    end as cause_code
from judged
union all
select
    pair,
    bill_key,
    ticket_no,
    cast(null as string) as transfer_no,
    cast(null as string) as match_code,
    tax_state,
    other_state,
    {{ decimal18('tax_amount') }} as tax_amount,
    {{ decimal18('other_amount') }} as other_amount,
    cast(null as decimal(18, 2)) as bill_amount,
    tax_date,
    other_date,
    since_date,
    {{ rec_outcome(
        'tax_state', 'other_state', 'tax_amount is distinct from other_amount',
        in_time ~ " and not (tax_state = other_state and tax_amount is not distinct from other_amount)"
    ) }} as outcome_code,
    case
        when tax_state = 'success' and other_state = 'success' and tax_amount = other_amount then cast(null as string)
        when {{ in_time }} then cast(null as string)
        when is_double then 'double'
        when tax_state = 'success' and other_state = 'failed' then 'reversed'
        when tax_state = 'success' and other_state = 'success' then 'amount_changed'
        when tax_state <> 'success' and other_state <> 'success' then cast(null as string)
        else 'one_sided'
    end as cause_code
from clearing

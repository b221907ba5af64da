-- The chain inside tax, pair by pair: support platform, sharing platform, management (front database), collection, TIPS, treasury; and what was collected
-- beyond the bill. All outcomes. Grain: pair × bill × ticket × item ('*' where a pair does not split). A view: sums and breaks are taken from it.
-- Messages of the sharing platform and the front database carry no amount: a bill that is there stands for its amount.
{{ config(materialized='view') }}

with bill as (

    select * from {{ ref('int_bill') }}

),

treasury_item as (

    select insurance_code
    from {{ ref('ref_insurance_item') }}
    where is_treasury

),

-- pushed by the support platform, taken by the sharing platform
support_sharing as (

    select
        'support_sharing' as pair,
        bill_key,
        cast(null as string) as ticket_no,
        '*' as insurance_code,
        case when not has_tax then 'missing' when pushed_at is not null then 'success' else 'failed' end as tax_state,
        case when shared_at is not null then 'success' else 'missing' end as other_state,
        case when pushed_at is not null then coalesce(tax_amount, 0) else 0 end as tax_amount,
        case when shared_at is not null then coalesce(tax_amount, amount, 0) end as other_amount,
        cast(pushed_at as date) as tax_date,
        cast(shared_at as date) as other_date,
        cast(coalesce(pushed_at, shared_at) as date) as since_date,
        'lost' as cause_of_missing,
        'without_origin' as cause_of_excess,
        false as is_double,
        false as is_partial,
        false as is_waiting
    from bill
    where has_tax or shared_at is not null

),

-- taken by the sharing platform, arrived in the front database
sharing_front as (

    select
        'sharing_front' as pair,
        bill_key,
        cast(null as string) as ticket_no,
        '*' as insurance_code,
        case when shared_at is not null then 'success' else 'missing' end as tax_state,
        case when front_received_at is null then 'missing' when front_state_code = '2' then 'failed' else 'success' end as other_state,
        case when shared_at is not null then coalesce(tax_amount, amount, 0) end as tax_amount,
        case when front_received_at is null then null when front_state_code = '2' then 0 else coalesce(tax_amount, amount, 0) end as other_amount,
        cast(shared_at as date) as tax_date,
        cast(front_received_at as date) as other_date,
        cast(coalesce(case when front_state_code = '2' then front_processed_at end, shared_at, front_received_at) as date) as since_date,
        case when front_state_code = '2' then 'process_failed' else 'lost' end as cause_of_missing,
        'without_origin' as cause_of_excess,
        false as is_double,
        false as is_partial,
        false as is_waiting
    from bill
    where shared_at is not null or front_received_at is not null

),

-- processed in the front database, declared in the collection subsystem: before the payer declares there is nothing to compare
front_levy as (

    select
        'front_levy' as pair,
        bill_key,
        cast(null as string) as ticket_no,
        '*' as insurance_code,
        case when front_received_at is null then 'missing' when front_state_code = '1' then 'success' else 'failed' end as tax_state,
        case when declared_at is not null then 'success' else 'missing' end as other_state,
        case when front_state_code = '1' then coalesce(tax_amount, amount, 0) when front_received_at is not null then 0 end as tax_amount,
        case when declared_at is not null then declared_amount end as other_amount,
        cast(front_processed_at as date) as tax_date,
        cast(declared_at as date) as other_date,
        cast(coalesce(declared_at, front_processed_at) as date) as since_date,
        'lost' as cause_of_missing,
        'without_origin' as cause_of_excess,
        false as is_double,
        false as is_partial,
        front_state_code = '1' and declared_at is null as is_waiting
    from bill
    where front_received_at is not null or declared_at is not null

),

ticket_bill as (

    select
        ticket_no,
        max(bill_key) as bill_key
    from {{ ref('int_ticket_item') }}
    group by ticket_no

),

levy_tips as (

    select
        'levy_tips' as pair,
        ticket_bill.bill_key,
        tips.ticket_no,
        '*' as insurance_code,
        tips.tax_state,
        tips.other_state,
        tips.tax_amount,
        tips.other_amount,
        tips.levy_date as tax_date,
        tips.tips_date as other_date,
        coalesce(case when tips.tax_state = 'success' then tips.levy_date end, tips.tips_date, tips.levy_date) as since_date,
        'one_sided' as cause_of_missing,
        'one_sided' as cause_of_excess,
        tips.tips_success_count <> tips.success_count and tips.tips_success_count > 0 and tips.success_count > 0 as is_double,
        false as is_partial,
        false as is_waiting
    from {{ ref('int_recon_tips') }} as tips
    left join ticket_bill on tips.ticket_no = ticket_bill.ticket_no

),

-- collected (上解) and booked by the treasury (入库); the annuity never passes it
ticket_item as (

    select
        ticket.ticket_no,
        ticket.insurance_code,
        ticket.bill_key,
        ticket.remitted_amount,
        ticket.remitted_date,
        ticket.settled_amount,
        ticket.settled_date,
        coalesce(sum(ticket.settled_amount) over (partition by ticket.ticket_no), 0) as ticket_settled_amount
    from {{ ref('int_ticket_item') }} as ticket
    inner join treasury_item on ticket.insurance_code = treasury_item.insurance_code
    where ticket.remitted_amount is not null or ticket.settled_amount is not null

),

levy_settlement as (

    select
        'levy_settlement' as pair,
        bill_key,
        ticket_no,
        insurance_code,
        case when coalesce(remitted_amount, 0) <> 0 then 'success' else 'missing' end as tax_state,
        case when coalesce(settled_amount, 0) <> 0 then 'success' else 'missing' end as other_state,
        remitted_amount as tax_amount,
        settled_amount as other_amount,
        remitted_date as tax_date,
        settled_date as other_date,
        coalesce(remitted_date, settled_date) as since_date,
        case when ticket_settled_amount > 0 then 'partial' else 'not_settled' end as cause_of_missing,
        'one_sided' as cause_of_excess,
        false as is_double,
        coalesce(settled_amount < remitted_amount, false) as is_partial,
        false as is_waiting
    from ticket_item

),

-- more collected than the bill's item amounts to
paid_ticket as (

    select
        bill_key,
        insurance_code,
        count(*) as ticket_count,
        max(remitted_date) as last_date
    from {{ ref('int_ticket_item') }}
    where remitted_amount > 0 and bill_key is not null
    group by bill_key, insurance_code
    having count(*) > 1

),

bill_collection as (

    select
        'bill_collection' as pair,
        item.bill_key,
        cast(null as string) as ticket_no,
        item.insurance_code,
        'success' as tax_state,
        'success' as other_state,
        coalesce(item.tax_amount, item.agency_amount, item.declared_amount) as tax_amount,
        item.collected_amount as other_amount,
        cast(item.declared_at as date) as tax_date,
        item.last_collected_date as other_date,
        coalesce(paid_ticket.last_date, item.last_collected_date) as since_date,
        'amount_changed' as cause_of_missing,
        'amount_changed' as cause_of_excess,
        paid_ticket.ticket_count is not null
        and item.collected_amount > coalesce(item.tax_amount, item.agency_amount, item.declared_amount) as is_double,
        false as is_partial,
        item.collected_amount < coalesce(item.tax_amount, item.agency_amount, item.declared_amount) as is_waiting
    from {{ ref('int_bill_item') }} as item
    left join paid_ticket on item.bill_key = paid_ticket.bill_key and item.insurance_code = paid_ticket.insurance_code
    where item.collected_amount > 0

),

grid as (

    select * from support_sharing
    union all
    select * from sharing_front
    union all
    select * from front_levy
    union all
    select * from levy_tips
    union all
    select * from levy_settlement
    union all
    select * from bill_collection

),

judged as (

    select
        grid.*,
        {{ rec_outcome(
            'tax_state', 'other_state', '(tax_amount is distinct from other_amount or is_double)',
            'is_waiting or (not coalesce(' ~ past_delay('since_date', var('rec_internal_delay')) ~ ", true)"
            ~ " and not (tax_state = 'success' and other_state = 'success' and tax_amount = other_amount and not is_double)"
            ~ " and (tax_state = 'success' or other_state = 'success'))"
        ) }} as outcome_code
    from grid

)

select
    pair,
    bill_key,
    ticket_no,
    insurance_code,
    tax_state,
    other_state,
    {{ decimal18('tax_amount') }} as tax_amount,
    {{ decimal18('other_amount') }} as other_amount,
    tax_date,
    other_date,
    since_date,
    outcome_code,
    case
        when outcome_code in (0, 1, 7) then cast(null as string)
        when is_double then 'double'
        when outcome_code = 2 and is_partial then 'partial'
        when outcome_code = 2 then 'amount_changed'
        when outcome_code in (3, 4) then cause_of_missing
        else cause_of_excess
    end as cause_code
from judged

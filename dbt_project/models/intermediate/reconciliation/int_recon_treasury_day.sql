-- What the collection subsystem booked as settled and what the treasury's statement says, by settlement day. The statement covers employers' payments; its
-- sheets of a day add up. All outcomes, from the statement's first day on. Grain: day × treasury × authority × sub-item.
with authority as (

    select
        ticket_no,
        max(authority_code) as authority_code
    from (
        select
            ticket.ticket_no,
            declaration.authority_code
        from {{ ref('int_ticket_item') }} as ticket
        inner join {{ ref('int_bill_item') }} as declaration
            on ticket.bill_key = declaration.bill_key and ticket.insurance_code = declaration.insurance_code
        where ticket.settled_amount is not null
    ) as declared
    group by ticket_no

),

settlement as (

    select
        settlement.settled_date,
        settlement.treasury_code,
        authority.authority_code,
        settlement.levy_item_code,
        settlement.levy_subitem_code,
        settlement.amount
    from {{ ref('stg_tax_levy__settlement') }} as settlement
    left join authority on settlement.ticket_no = authority.ticket_no
    where settlement.settled_date is not null

),

levy as (

    select
        settled_date,
        treasury_code,
        levy_subitem_code,
        'success' as state,
        {{ sum_amount('amount') }} as amount,
        count(*) as settled_count,
        max(levy_item_code) as settled_item_code,
        max(authority_code) as settled_authority_code
    from settlement
    where treasury_code is not null and levy_subitem_code is not null
    group by settled_date, treasury_code, levy_subitem_code

),

statement as (

    select
        settled_date,
        treasury_code,
        levy_subitem_code,
        'success' as state,
        {{ sum_amount('amount') }} as amount,
        sum(booking_count) as stated_count,
        max(levy_item_code) as stated_item_code,
        max(authority_code) as stated_authority_code
    from {{ ref('stg_tax_bank__treasury_statement') }}
    where settled_date is not null and treasury_code is not null and levy_subitem_code is not null
    group by settled_date, treasury_code, levy_subitem_code

),

grid as (

    {{ rec_pair(
        'levy', 'statement', ['settled_date', 'treasury_code', 'levy_subitem_code'],
        ['settled_count', 'settled_item_code', 'settled_authority_code'], ['stated_count', 'stated_item_code', 'stated_authority_code'],
    ) | indent(4) }}

),

judged as (

    select
        grid.*,
        coalesce(tax_amount, 0) - coalesce(other_amount, 0) as difference
    from grid
    where settled_date >= (select min(settled_date) from {{ ref('stg_tax_bank__treasury_statement') }})

),

-- A shortfall of one day that a later day's excess of the same treasury and sub-item makes good to the cent, when no other day could.
shifted as (

    select
        short.treasury_code,
        short.levy_subitem_code,
        short.settled_date as booked_date,
        excess.settled_date as stated_date,
        count(*) over (partition by short.treasury_code, short.levy_subitem_code, short.settled_date) as excess_count,
        count(*) over (partition by short.treasury_code, short.levy_subitem_code, excess.settled_date) as short_count
    from judged as short
    inner join judged as excess
        on
            short.treasury_code = excess.treasury_code
            and short.levy_subitem_code = excess.levy_subitem_code
            and short.difference = -excess.difference
            and short.difference > 0
            and short.settled_date <> excess.settled_date
            and excess.settled_date <= {{ as_of_date() }}
            and {{ days_between('short.settled_date', 'excess.settled_date') }} between -31 and 62

),

crossing as (

    select
        treasury_code,
        levy_subitem_code,
        booked_date as settled_date,
        stated_date as other_day
    from shifted
    where excess_count = 1 and short_count = 1
    union all
    select
        treasury_code,
        levy_subitem_code,
        stated_date as settled_date,
        booked_date as other_day
    from shifted
    where excess_count = 1 and short_count = 1

)

select
    judged.settled_date,
    judged.treasury_code,
    coalesce(judged.settled_authority_code, judged.stated_authority_code) as authority_code,
    coalesce(judged.settled_item_code, judged.stated_item_code) as levy_item_code,
    judged.levy_subitem_code,
    judged.settled_count,
    judged.stated_count,
    judged.tax_state,
    judged.other_state,
    {{ decimal18('judged.tax_amount') }} as tax_amount,
    {{ decimal18('judged.other_amount') }} as other_amount,
    {{ decimal18('judged.difference') }} as difference,
    crossing.other_day,
    {{ rec_outcome(
        'judged.tax_state', 'judged.other_state', 'judged.difference <> 0',
        'judged.difference <> 0 and not coalesce(' ~ past_delay('judged.settled_date', var('rec_treasury_delay')) ~ ', true)'
    ) }} as outcome_code,
    case
        when judged.difference = 0 or not coalesce({{ past_delay('judged.settled_date', var('rec_treasury_delay')) }}, true) then cast(null as string)
        when crossing.other_day is not null and {{ to_period('crossing.other_day') }} <> {{ to_period('judged.settled_date') }} then 'crosses_month'
        when crossing.other_day is not null then 'crosses_day'
        when judged.tax_state = 'missing' or judged.other_state = 'missing' then 'one_sided'
        when judged.other_amount = 2 * judged.tax_amount then 'double'
        else 'amount_changed'
    end as cause_code
from judged
left join crossing
    on
        judged.treasury_code = crossing.treasury_code
        and judged.levy_subitem_code = crossing.levy_subitem_code
        and judged.settled_date = crossing.settled_date

-- Where tax and the agency that assessed a bill do not hold the same, each with its outcome and its cause: bills and their items in three measures, what
-- was billed, what was collected, what settled (入库, as far as the agency has read it). What agrees, or neither side has, is not written: rec_summary
-- counts it. Grain: pair × measure × bill × item; item '*' is the whole bill, 'NONE' a bill that neither side splits. Internal.
-- Sides. Bill: success = holds it valid, failed = holds it withdrawn or voided. Money: success = records money, failed = knows the bill, no money.
with line as (
    {{ rec_lines() | indent }}
),

{%- set kept = [
    'bill_key', 'insurance_code', 'department_code', 'registration_key', 'notice_serial', 'batch_no', 'agency_code', 'tax_agency_code', 'bureau_code',
    'town_code', 'period', 'channel_code', 'is_withdrawn', 'is_agency_voided', 'is_unread', 'has_summary', 'is_known_by_agency', 'is_known_by_tax',
    'is_whole_equal', 'collected_amount', 'posted_amount', 'returned_amount', 'read_amount', 'settlement_returned_amount', 'settlement_read_amount',
    'last_collected_date', 'last_read_date',
] %}

differing as (
    {%- for measure, columns in rec_line_measures().items() %}
    select
        '{{ measure }}' as measure,
        {{ kept | join(', ') }},
        {%- for name, column in columns.items() %}
        {{ column }} as {{ name }},
        {%- endfor %}
        {{ rec_differs(columns['tax_amount'], columns['agency_amount']) }} as is_different,
        {{ rec_line_wrong_agency() if measure == 'bill' else 'false' }} as is_wrong_agency
    from line
    where {{ rec_line_differs(measure) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- Tickets matter only where money was collected that is not posted: which of them are past the delay, and since when.
short_bill as (
    select distinct bill_key
    from differing
    where measure = 'collection'
),

ticket as (
    select
        ticket.bill_key,
        ticket.insurance_code,
        ticket.remitted_date,
        ticket.remitted_amount,
        ticket.remitted_amount = item.posted_amount - item.collected_amount as equals_excess,
        -- Tickets are posted oldest first: what lies beyond the posted sum is not posted.
        sum(ticket.remitted_amount) over (
            partition by ticket.bill_key, ticket.insurance_code order by ticket.remitted_date, ticket.ticket_no
        ) > coalesce(item.posted_amount, 0) as is_beyond_posted
    from {{ ref('int_ticket_item') }} as ticket
    inner join short_bill on ticket.bill_key = short_bill.bill_key
    inner join {{ ref('int_bill_item') }} as item
        on ticket.bill_key = item.bill_key and ticket.insurance_code = item.insurance_code
    where ticket.remitted_amount <> 0 and ticket.remitted_date <= {{ as_of_date() }}
),

item_ticket as (
    select
        bill_key,
        insurance_code,
        {{ sum_amount_if('remitted_amount', past_delay('remitted_date', var('rec_collection_delay'))) }} as ripe_amount,
        min(case when is_beyond_posted then remitted_date end) as unposted_since,
        max(case when equals_excess then 1 else 0 end) as has_ticket_of_excess
    from ticket
    group by bill_key, insurance_code
),

item_state as (
    select
        item.bill_key,
        item.insurance_code,
        item_ticket.ripe_amount,
        item_ticket.unposted_since,
        item_ticket.has_ticket_of_excess,
        case when coalesce(item.collected_amount, 0) = 0 and item.posted_amount > 0 then 1 else 0 end as is_posted_without_payment
    from {{ ref('int_bill_item') }} as item
    inner join short_bill on item.bill_key = short_bill.bill_key
    left join item_ticket on item.bill_key = item_ticket.bill_key and item.insurance_code = item_ticket.insurance_code
),

line_state as (
    select * from item_state
    union all
    select
        bill_key,
        '*' as insurance_code,
        sum(ripe_amount) as ripe_amount,
        min(unposted_since) as unposted_since,
        max(has_ticket_of_excess) as has_ticket_of_excess,
        max(is_posted_without_payment) as is_posted_without_payment
    from item_state
    group by bill_key
),

compared as (
    select
        differing.*,
        coalesce(line_state.has_ticket_of_excess, 0) = 1 as has_ticket_of_excess,
        coalesce(line_state.is_posted_without_payment, 0) = 1 as is_posted_without_payment,
        case
            when differing.measure = 'bill' and tax_state = 'missing' then agency_date
            when differing.measure = 'bill' then coalesce(tax_date, agency_date)
            when differing.measure = 'settlement' then coalesce(tax_date, agency_date)
            when posted_amount > collected_amount then agency_date
            else coalesce(line_state.unposted_since, last_collected_date)
        end as since_date,
        case differing.measure
            -- On its way: sent, not yet past the delay.
            when 'bill'
                then
                    tax_state = 'missing' and agency_state = 'success' and not is_known_by_tax
                    and not coalesce({{ past_delay('differing.agency_date', var('rec_bill_delay')) }}, true)
            -- On its way: everything that is past the delay has been posted.
            when 'collection'
                then
                    collected_amount > posted_amount and posted_amount >= coalesce(line_state.ripe_amount, 0) and is_known_by_agency
            else
                coalesce(differing.tax_amount, 0) > coalesce(differing.agency_amount, 0) and is_known_by_agency
                and not coalesce({{ past_delay('differing.tax_date', var('rec_settlement_delay')) }}, true)
        end as is_in_time
    from differing
    left join line_state
        on
            -- Within the key: a condition on one side alone would have each line compared with each.
            case when differing.measure = 'collection' then differing.bill_key end = line_state.bill_key
            and differing.insurance_code = line_state.insurance_code
),

-- Items that differ while their sum does not: the money is right, its item is not.
item_sum as (
    select
        measure,
        bill_key,
        sum(case when tax_state = 'success' then coalesce(tax_amount, 0) else 0 end)
        - sum(case when agency_state = 'success' then coalesce(agency_amount, 0) else 0 end) as difference
    from compared
    where insurance_code <> '*'
    group by measure, bill_key
    having count(*) > 1
),

decided as (
    select
        compared.*,
        case when tax_state = 'success' then coalesce(tax_amount, 0) when tax_state = 'failed' then 0 end as tax_counted,
        case when agency_state = 'success' then coalesce(agency_amount, 0) when agency_state = 'failed' then 0 end as agency_counted,
        coalesce(item_sum.difference = 0, false) and insurance_code <> '*' as is_wrong_item,
        {{ rec_outcome('tax_state', 'agency_state', '(is_different or is_wrong_agency)', 'is_in_time') }} as outcome_code
    from compared
    left join item_sum on compared.measure = item_sum.measure and compared.bill_key = item_sum.bill_key
)

select
    'tax_' || lower(department_code) as pair,
    measure,
    bill_key,
    insurance_code,
    department_code,
    registration_key,
    notice_serial,
    batch_no,
    agency_code,
    tax_agency_code,
    bureau_code,
    town_code,
    period,
    channel_code,
    outcome_code,
    -- The first that holds; the order is that of macro rec_causes.
    case
        when outcome_code in (0, 1, 7) then cast(null as string)
        when measure = 'bill' and outcome_code = 3 and is_withdrawn then 'withdrawn_upstream'
        when measure = 'bill' and outcome_code = 3 and is_agency_voided then 'voided_upstream'
        when measure = 'bill' and outcome_code = 5 then 'voided_by_tax'
        when is_wrong_item and is_known_by_agency and is_known_by_tax then 'wrong_item'
        when agency_state = 'missing' then 'not_sent'
        -- Without its summary a bill cannot be read: the agency did not send all of it.
        when measure = 'bill' and outcome_code = 6 and not is_known_by_tax and not has_summary then 'not_sent'
        when measure = 'bill' and outcome_code = 6 and not is_known_by_tax and is_unread then 'not_read'
        when measure = 'bill' and is_wrong_agency and not is_different then 'wrong_agency'
        when measure = 'bill' and (outcome_code = 2 or is_known_by_tax) then 'amount_changed'
        when measure = 'bill' then 'unknown'
        when measure = 'settlement' and coalesce(agency_amount, 0) > coalesce(tax_amount, 0) then 'amount_changed'
        when measure = 'settlement' and settlement_returned_amount < tax_amount then 'settled_not_returned'
        when measure = 'settlement' then 'settled_not_read'
        when posted_amount > collected_amount and is_posted_without_payment then 'posted_without_payment'
        when posted_amount > collected_amount and has_ticket_of_excess then 'double_posted'
        when posted_amount > collected_amount then 'amount_changed'
        when returned_amount < collected_amount then 'not_returned'
        when read_amount < collected_amount then 'returned_unread'
        when posted_amount > 0 then 'partial'
        when {{ to_period('last_read_date') }} > {{ to_period('last_collected_date') }} then 'crosses_month'
        when read_amount >= collected_amount then 'read_not_posted'
        else 'unknown'
    end as cause_code,
    tax_state,
    agency_state,
    cast(tax_counted as decimal(18, 2)) as tax_amount,
    cast(agency_counted as decimal(18, 2)) as agency_amount,
    cast(coalesce(tax_counted, 0) - coalesce(agency_counted, 0) as decimal(18, 2)) as difference,
    cast(tax_amount as decimal(18, 2)) as tax_recorded_amount,
    cast(agency_amount as decimal(18, 2)) as agency_recorded_amount,
    cast(case when measure = 'settlement' then settlement_returned_amount else returned_amount end as decimal(18, 2)) as returned_amount,
    cast(case when measure = 'settlement' then settlement_read_amount else read_amount end as decimal(18, 2)) as read_amount,
    tax_date,
    agency_date,
    since_date
from decided

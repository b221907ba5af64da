-- Every bill of either side and each of its items, tax against the agency that assessed it, in two measures: what was billed and what was collected.
-- Grain: pair × measure × bill × item; item '*' is the whole bill, 'NONE' stands in for a bill's amount where neither side splits it. Internal:
-- rec_break keeps its breaks, rec_summary and rec_employer_item its sums.
-- Sides. Bill: success = holds it valid, failed = holds it withdrawn or voided. Collection: success = records money, failed = knows the bill, no money.
with bill as (
    select
        bill_key,
        department_code,
        registration_key,
        notice_serial,
        batch_no,
        agency_code,
        bureau_code,
        town_code,
        period,
        coalesce(has_summary, false) as has_summary,
        coalesce(has_summary, false) or coalesce(has_processing, false) or coalesce(has_detail, false) as is_known_by_agency,
        coalesce(has_tax, false) as is_known_by_tax,
        coalesce(is_withdrawn, false) as is_withdrawn,
        coalesce(is_agency_voided, false) as is_agency_voided,
        coalesce(is_tax_voided, false) as is_tax_voided,
        coalesce(is_unread, false) as is_unread,
        coalesce(amount, detail_amount) as agency_amount,
        tax_amount,
        cast(sent_at as date) as sent_date,
        cast(support_received_at as date) as received_date
    from {{ ref('int_bill') }}
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

item_return as (
    select
        bill_key,
        insurance_code,
        {{ sum_amount('amount') }} as returned_amount,
        {{ sum_amount_if('amount', 'not is_unread') }} as read_amount,
        cast(max(read_at) as date) as last_read_date
    from {{ ref('int_return') }}
    where return_kind = 'remittance' and not is_withdrawn
    group by bill_key, insurance_code
),

item as (
    select
        item.bill_key,
        item.insurance_code,
        item.agency_amount,
        item.tax_amount,
        coalesce(item.collected_amount, 0) as collected_amount,
        coalesce(item.posted_amount, 0) as posted_amount,
        item.last_collected_date,
        item.last_posted_date,
        coalesce(item_ticket.ripe_amount, 0) as ripe_amount,
        item_ticket.unposted_since,
        coalesce(item_ticket.has_ticket_of_excess, 0) as has_ticket_of_excess,
        case when coalesce(item.collected_amount, 0) = 0 and item.posted_amount > 0 then 1 else 0 end as is_posted_without_payment,
        coalesce(item_return.returned_amount, 0) as returned_amount,
        coalesce(item_return.read_amount, 0) as read_amount,
        item_return.last_read_date
    from {{ ref('int_bill_item') }} as item
    left join item_ticket on item.bill_key = item_ticket.bill_key and item.insurance_code = item_ticket.insurance_code
    left join item_return on item.bill_key = item_return.bill_key and item.insurance_code = item_return.insurance_code
),

bill_money as (
    select
        bill_key,
        sum(collected_amount) as collected_amount,
        sum(posted_amount) as posted_amount,
        max(last_collected_date) as last_collected_date,
        max(last_posted_date) as last_posted_date,
        sum(ripe_amount) as ripe_amount,
        min(unposted_since) as unposted_since,
        max(has_ticket_of_excess) as has_ticket_of_excess,
        max(is_posted_without_payment) as is_posted_without_payment,
        sum(returned_amount) as returned_amount,
        sum(read_amount) as read_amount,
        max(last_read_date) as last_read_date,
        count(agency_amount) + count(tax_amount) as billed_item_count
    from item
    group by bill_key
),

{%- set facts = [
    'last_collected_date', 'last_posted_date', 'unposted_since', 'last_read_date',
] %}
{%- set sums = [
    'collected_amount', 'posted_amount', 'ripe_amount', 'has_ticket_of_excess', 'is_posted_without_payment', 'returned_amount', 'read_amount',
] %}

-- Whole bills, items, and a stand-in for bills that neither side splits into items.
line as (
    select
        bill.bill_key,
        '*' as insurance_code,
        {%- for column in facts %}
        bill_money.{{ column }},
        {%- endfor %}
        {%- for column in sums %}
        coalesce(bill_money.{{ column }}, 0) as {{ column }},
        {%- endfor %}
        bill.is_known_by_agency as is_billed_by_agency,
        bill.is_known_by_tax as is_billed_by_tax,
        bill.agency_amount as agency_bill_amount,
        bill.tax_amount as tax_bill_amount
    from bill
    left join bill_money on bill.bill_key = bill_money.bill_key
    union all
    select
        bill_key,
        insurance_code,
        {{ (facts + sums) | join(', ') }},
        agency_amount is not null as is_billed_by_agency,
        tax_amount is not null as is_billed_by_tax,
        agency_amount as agency_bill_amount,
        tax_amount as tax_bill_amount
    from item
    union all
    select
        bill.bill_key,
        'NONE' as insurance_code,
        {%- for column in facts %}
        cast(null as date) as {{ column }},
        {%- endfor %}
        {%- for column in sums %}
        0 as {{ column }},
        {%- endfor %}
        bill.is_known_by_agency as is_billed_by_agency,
        bill.is_known_by_tax as is_billed_by_tax,
        bill.agency_amount as agency_bill_amount,
        bill.tax_amount as tax_bill_amount
    from bill
    left join bill_money on bill.bill_key = bill_money.bill_key
    where coalesce(bill_money.billed_item_count, 0) = 0
),

{%- set bill_columns = [
    'department_code', 'registration_key', 'notice_serial', 'batch_no', 'agency_code', 'bureau_code', 'town_code', 'period',
    'is_withdrawn', 'is_agency_voided', 'is_tax_voided', 'is_unread', 'has_summary', 'is_known_by_agency', 'is_known_by_tax', 'sent_date', 'received_date',
] %}

side as (
    select
        line.*,
        {%- for column in bill_columns %}
        bill.{{ column }},
        {%- endfor %}
        case
            when not line.is_billed_by_tax then 'missing'
            when bill.is_tax_voided then 'failed'
            else 'success'
        end as tax_bill_state,
        case
            when not line.is_billed_by_agency then 'missing'
            when bill.is_withdrawn or bill.is_agency_voided then 'failed'
            else 'success'
        end as agency_bill_state,
        case
            when line.collected_amount <> 0 then 'success'
            when bill.is_known_by_tax then 'failed'
            else 'missing'
        end as tax_collection_state,
        case
            when line.posted_amount <> 0 then 'success'
            when bill.is_known_by_agency then 'failed'
            else 'missing'
        end as agency_collection_state
    from line
    inner join bill on line.bill_key = bill.bill_key
),

{%- set shared = [
    'bill_key', 'insurance_code', 'department_code', 'registration_key', 'notice_serial', 'batch_no',
    'agency_code', 'bureau_code', 'town_code', 'period',
    'is_withdrawn', 'is_agency_voided', 'is_unread', 'has_summary', 'is_known_by_agency', 'is_known_by_tax', 'has_ticket_of_excess', 'is_posted_without_payment',
    'returned_amount', 'read_amount', 'collected_amount', 'posted_amount', 'last_collected_date', 'last_read_date',
] %}

compared as (
    select
        'bill' as measure,
        {{ shared | join(', ') }},
        tax_bill_state as tax_state,
        agency_bill_state as agency_state,
        tax_bill_amount as tax_recorded_amount,
        agency_bill_amount as agency_recorded_amount,
        received_date as tax_date,
        sent_date as agency_date,
        coalesce(tax_bill_amount <> agency_bill_amount, (tax_bill_amount is null) <> (agency_bill_amount is null)) as is_different,
        case when tax_bill_state = 'missing' then sent_date else coalesce(received_date, sent_date) end as since_date,
        -- On its way: sent, not yet past the delay.
        tax_bill_state = 'missing' and agency_bill_state = 'success' and not is_known_by_tax
        and not coalesce({{ past_delay('sent_date', var('rec_bill_delay')) }}, true) as is_in_time
    from side
    union all
    select
        'collection' as measure,
        {{ shared | join(', ') }},
        tax_collection_state as tax_state,
        agency_collection_state as agency_state,
        collected_amount as tax_recorded_amount,
        posted_amount as agency_recorded_amount,
        last_collected_date as tax_date,
        last_posted_date as agency_date,
        collected_amount <> posted_amount as is_different,
        case when posted_amount > collected_amount then last_posted_date else coalesce(unposted_since, last_collected_date) end as since_date,
        -- On its way: everything that is past the delay has been posted.
        collected_amount > posted_amount and posted_amount >= ripe_amount and is_known_by_agency as is_in_time
    from side
),

decided as (
    select
        compared.*,
        case when tax_state = 'success' then coalesce(tax_recorded_amount, 0) when tax_state = 'failed' then 0 end as tax_amount,
        case when agency_state = 'success' then coalesce(agency_recorded_amount, 0) when agency_state = 'failed' then 0 end as agency_amount,
        case
            when is_in_time then 0
            when tax_state = 'success' and agency_state = 'success' and is_different then 2
            when tax_state = 'success' and agency_state = 'success' then 1
            when tax_state = 'success' and agency_state = 'failed' then 3
            when tax_state = 'success' then 4
            when tax_state = 'failed' and agency_state = 'success' then 5
            when agency_state = 'success' then 6
            else 7
        end as outcome_code
    from compared
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
    bureau_code,
    town_code,
    period,
    cast(outcome_code as integer) as outcome_code,
    -- The first that holds; the order is that of macro rec_causes.
    case
        when outcome_code in (0, 1, 7) then cast(null as string)
        when measure = 'bill' and outcome_code = 3 and is_withdrawn then 'withdrawn_upstream'
        when measure = 'bill' and outcome_code = 3 and is_agency_voided then 'voided_upstream'
        when measure = 'bill' and outcome_code = 5 then 'voided_by_tax'
        when agency_state = 'missing' then 'not_sent'
        -- Without its summary a bill cannot be read: the agency did not send all of it.
        when measure = 'bill' and outcome_code = 6 and not is_known_by_tax and not has_summary then 'not_sent'
        when measure = 'bill' and outcome_code = 6 and not is_known_by_tax and is_unread then 'not_read'
        when measure = 'bill' and (outcome_code = 2 or is_known_by_tax) then 'amount_changed'
        when measure = 'bill' then 'unknown'
        when posted_amount > collected_amount and is_posted_without_payment = 1 then 'posted_without_payment'
        when posted_amount > collected_amount and has_ticket_of_excess = 1 then 'double_posted'
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
    cast(tax_amount as decimal(18, 2)) as tax_amount,
    cast(agency_amount as decimal(18, 2)) as agency_amount,
    cast(coalesce(tax_amount, 0) - coalesce(agency_amount, 0) as decimal(18, 2)) as difference,
    cast(tax_recorded_amount as decimal(18, 2)) as tax_recorded_amount,
    cast(agency_recorded_amount as decimal(18, 2)) as agency_recorded_amount,
    cast(returned_amount as decimal(18, 2)) as returned_amount,
    cast(read_amount as decimal(18, 2)) as read_amount,
    tax_date,
    agency_date,
    since_date
from decided

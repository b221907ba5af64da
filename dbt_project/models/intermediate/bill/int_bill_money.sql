-- Money of a bill over all its insurance items, its declaration, and its tickets: the first one's channel and day, what is invoiced and unpaid.
-- Grain: bill_key.
with item_sums as (

    select
        bill_key,
        max(period) as period,
        max(source_system) as source_system,
        max(unit_no) as unit_no,
        min(sent_at) as sent_at,
        count(agency_amount) as processing_count,
        count(detail_amount) as detail_count,
        {{ sum_amount('agency_amount') }} as processing_amount,
        {{ sum_amount('detail_amount') }} as detail_amount,
        count(case when coalesce(agency_amount, 0) <> coalesce(detail_amount, 0) then 1 end) as differing_item_count,
        {{ sum_amount('tax_amount') }} as tax_item_amount,
        {{ sum_amount('declared_amount') }} as declared_amount,
        min(declared_at) as declared_at,
        max(taxpayer_key) as taxpayer_key,
        max(authority_code) as authority_code,
        {{ sum_amount('invoiced_amount') }} as invoiced_amount,
        {{ sum_amount('collected_amount') }} as collected_amount,
        min(first_collected_date) as first_collected_date,
        max(last_collected_date) as last_collected_date,
        {{ sum_amount('settled_amount') }} as settled_amount,
        max(last_settled_date) as last_settled_date,
        {{ sum_amount('returned_amount') }} as returned_amount,
        max(last_returned_at) as last_returned_at,
        {{ sum_amount('read_amount') }} as read_amount,
        max(last_read_date) as last_read_date,
        {{ sum_amount('settlement_returned_amount') }} as settlement_returned_amount,
        {{ sum_amount('settlement_read_amount') }} as settlement_read_amount,
        max(last_settlement_read_date) as last_settlement_read_date,
        {{ sum_amount('posted_amount') }} as agency_posted_amount,
        max(last_posted_date) as last_posted_date
    from {{ ref('int_bill_item') }}
    group by bill_key

),

ticket_items as (

    select
        bill_key,
        channel_code,
        issued_at,
        invoiced_amount,
        not is_void
        and not deduction_succeeded
        and remitted_amount is null
        and invoiced_amount is not null as is_unpaid,
        row_number() over (partition by bill_key order by issued_at nulls last, ticket_no, insurance_code) as place
    from {{ ref('int_ticket_item') }}
    where bill_key is not null

),

ticket_sums as (

    select
        bill_key,
        min(issued_at) as first_invoiced_at,
        max(case when place = 1 and issued_at is not null then channel_code end) as channel_code,
        {{ sum_amount_if('invoiced_amount', 'is_unpaid') }} as unpaid_invoiced_amount,
        min(case when is_unpaid then issued_at end) as oldest_unpaid_invoiced_at
    from ticket_items
    group by bill_key

)

select
    item_sums.bill_key,
    item_sums.period,
    item_sums.source_system,
    item_sums.unit_no,
    item_sums.sent_at,
    item_sums.processing_count > 0 as has_processing,
    item_sums.detail_count > 0 as has_detail,
    item_sums.processing_amount,
    item_sums.detail_amount,
    item_sums.processing_count > 0 and item_sums.detail_count > 0 and item_sums.differing_item_count > 0 as has_item_difference,
    item_sums.tax_item_amount,
    item_sums.declared_amount,
    item_sums.declared_at,
    item_sums.taxpayer_key,
    item_sums.authority_code,
    item_sums.invoiced_amount,
    ticket_sums.first_invoiced_at,
    ticket_sums.channel_code,
    coalesce(ticket_sums.unpaid_invoiced_amount, 0) as unpaid_invoiced_amount,
    ticket_sums.oldest_unpaid_invoiced_at,
    item_sums.collected_amount,
    item_sums.first_collected_date,
    item_sums.last_collected_date,
    item_sums.settled_amount,
    item_sums.last_settled_date,
    item_sums.returned_amount,
    item_sums.last_returned_at,
    item_sums.read_amount,
    item_sums.last_read_date,
    item_sums.settlement_returned_amount,
    item_sums.settlement_read_amount,
    item_sums.last_settlement_read_date,
    item_sums.agency_posted_amount,
    item_sums.last_posted_date
from item_sums
left join ticket_sums on item_sums.bill_key = ticket_sums.bill_key

-- Bills along their whole way, on whichever side they are known: what was sent, read, received, processed, declared, invoiced, collected, settled,
-- returned and posted. Amounts are the sums of int_bill_item. Grain: bill_key (department, notice serial, batch).
with notices as (

    select * from {{ ref('int_bill_notice') }}

),

item_sums as (

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
        *,
        not is_void
        and not deduction_succeeded
        and remitted_amount is null
        and invoiced_amount is not null as is_unpaid
    from {{ ref('int_ticket_item') }}
    where bill_key is not null

),

ticket_sums as (

    select
        bill_key,
        min(issued_at) as first_invoiced_at,
        {{ sum_amount_if('invoiced_amount', 'is_unpaid') }} as unpaid_invoiced_amount,
        min(case when is_unpaid then issued_at end) as oldest_unpaid_invoiced_at
    from ticket_items
    group by bill_key

),

first_tickets as (

    select
        bill_key,
        channel_code
    from ticket_items
    where issued_at is not null
    qualify row_number() over (partition by bill_key order by issued_at, ticket_no, insurance_code) = 1

),

shared_messages as (

    select
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        min(received_at) as shared_at
    from {{ ref('stg_tax_sharing__bill_message') }}
    group by department_code, notice_serial, batch_no

),

front_bills as (

    select
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        received_at,
        state_code,
        processed_at,
        fail_reason
    from {{ ref('stg_tax_mgmt__front_bill') }}
    qualify
        row_number() over (
            partition by department_code, notice_serial, batch_no
            order by received_at desc nulls last, front_no desc
        ) = 1

),

-- every bill that anybody knows: by a header, by lines or money, or by a message alone
bill_keys as (

    select bill_key from notices
    union
    select bill_key from item_sums
    union
    select bill_key from shared_messages where bill_key is not null
    union
    select bill_key from front_bills where bill_key is not null

),

authorities as (

    select * from {{ ref('int_tax_authority') }}

),

registrations as (

    select
        registration_key,
        department_code,
        source_system,
        unit_no,
        agency_code,
        unit_type_code,
        town_code,
        taxpayer_key,
        bureau_code
    from {{ ref('int_registration') }}

),

bills as (

    select
        bill_keys.bill_key,
        {{ key_part('bill_keys.bill_key', 1) }} as department_code,
        {{ key_part('bill_keys.bill_key', 2) }} as notice_serial,
        {{ key_part('bill_keys.bill_key', 3) }} as batch_no,
        coalesce(notices.source_system, item_sums.source_system) as source_system,
        coalesce(notices.unit_no, item_sums.unit_no) as unit_no,
        notices.agency_code,
        coalesce(notices.period, item_sums.period) as period,
        notices.origin_code,
        coalesce(notices.is_project, false) as is_project,
        notices.person_count,
        coalesce(notices.has_summary, false) as has_summary,
        coalesce(item_sums.processing_count > 0, false) as has_processing,
        coalesce(item_sums.detail_count > 0, false) as has_detail,
        {{ decimal18('notices.summary_amount') }} as summary_amount,
        item_sums.processing_amount,
        item_sums.detail_amount,
        coalesce(item_sums.processing_count > 0 and item_sums.detail_count > 0 and item_sums.differing_item_count > 0, false)
            as has_item_difference,
        coalesce(notices.is_withdrawn, false) as is_withdrawn,
        coalesce(notices.is_agency_voided, false) as is_agency_voided,
        coalesce(notices.is_tax_voided, false) as is_tax_voided,
        coalesce(notices.sent_at, item_sums.sent_at) as sent_at,
        coalesce(notices.is_unread, false) as is_unread,
        notices.read_at,
        coalesce(notices.has_tax, false) as has_tax,
        {{ decimal18('coalesce(notices.tax_amount, item_sums.tax_item_amount)') }} as tax_amount,
        notices.tax_agency_code,
        notices.support_received_at,
        notices.validation_code,
        notices.pushed_at,
        notices.written_back_at,
        shared_messages.shared_at,
        front_bills.received_at as front_received_at,
        front_bills.state_code as front_state_code,
        front_bills.processed_at as front_processed_at,
        front_bills.fail_reason as front_fail_reason,
        coalesce(item_sums.declared_amount, 0) as declared_amount,
        item_sums.declared_at,
        item_sums.taxpayer_key as declared_taxpayer_key,
        item_sums.authority_code as declared_authority_code,
        coalesce(item_sums.invoiced_amount, 0) as invoiced_amount,
        ticket_sums.first_invoiced_at,
        coalesce(ticket_sums.unpaid_invoiced_amount, 0) as unpaid_invoiced_amount,
        ticket_sums.oldest_unpaid_invoiced_at,
        coalesce(item_sums.collected_amount, 0) as collected_amount,
        item_sums.first_collected_date,
        item_sums.last_collected_date,
        coalesce(item_sums.settled_amount, 0) as settled_amount,
        item_sums.last_settled_date,
        coalesce(item_sums.returned_amount, 0) as returned_amount,
        item_sums.last_returned_at,
        coalesce(item_sums.read_amount, 0) as read_amount,
        item_sums.last_read_date,
        coalesce(item_sums.settlement_returned_amount, 0) as settlement_returned_amount,
        coalesce(item_sums.settlement_read_amount, 0) as settlement_read_amount,
        item_sums.last_settlement_read_date,
        coalesce(item_sums.agency_posted_amount, 0) as agency_posted_amount,
        item_sums.last_posted_date,
        first_tickets.channel_code
    from bill_keys
    left join notices on bill_keys.bill_key = notices.bill_key
    left join item_sums on bill_keys.bill_key = item_sums.bill_key
    left join ticket_sums on bill_keys.bill_key = ticket_sums.bill_key
    left join first_tickets on bill_keys.bill_key = first_tickets.bill_key
    left join shared_messages on bill_keys.bill_key = shared_messages.bill_key
    left join front_bills on bill_keys.bill_key = front_bills.bill_key

)

select
    bills.bill_key,
    bills.department_code,
    bills.source_system,
    bills.notice_serial,
    bills.notice_serial as notice_serial_norm,
    bills.batch_no,
    bills.unit_no,
    {{ key_of(['bills.department_code', 'bills.source_system', 'bills.unit_no']) }} as registration_key,
    coalesce(bills.agency_code, registrations.agency_code) as agency_code,
    coalesce(registrations.bureau_code, authorities.bureau_code, bills.declared_authority_code) as bureau_code,
    registrations.town_code,
    coalesce(registrations.taxpayer_key, bills.declared_taxpayer_key) as taxpayer_key,
    registrations.unit_type_code,
    bills.period,
    bills.origin_code,
    bills.is_project,
    bills.person_count,
    bills.has_summary,
    bills.has_processing,
    bills.has_detail,
    bills.summary_amount,
    bills.processing_amount,
    bills.detail_amount,
    bills.has_item_difference,
    coalesce(bills.summary_amount, bills.processing_amount) as amount,
    bills.is_withdrawn,
    bills.is_agency_voided,
    bills.is_tax_voided,
    not bills.is_withdrawn and not bills.is_agency_voided and not bills.is_tax_voided as is_valid,
    bills.sent_at,
    bills.is_unread,
    bills.read_at,
    bills.has_tax,
    bills.tax_amount,
    bills.tax_agency_code,
    bills.support_received_at,
    bills.validation_code,
    bills.pushed_at,
    bills.written_back_at,
    bills.shared_at,
    bills.front_received_at,
    bills.front_state_code,
    bills.front_processed_at,
    bills.front_fail_reason,
    bills.declared_amount,
    bills.declared_at,
    bills.invoiced_amount,
    bills.first_invoiced_at,
    bills.unpaid_invoiced_amount,
    bills.oldest_unpaid_invoiced_at,
    bills.collected_amount,
    bills.first_collected_date,
    bills.last_collected_date,
    bills.settled_amount,
    bills.last_settled_date,
    bills.returned_amount,
    bills.last_returned_at,
    bills.read_amount,
    bills.last_read_date,
    bills.settlement_returned_amount,
    bills.settlement_read_amount,
    bills.last_settlement_read_date,
    bills.agency_posted_amount,
    bills.last_posted_date,
    bills.channel_code,
    case
        when bills.is_withdrawn then 'withdrawn'
        when bills.is_agency_voided then 'agency_voided'
        when bills.is_tax_voided then 'tax_voided'
        when bills.last_posted_date is not null then 'posted'
        when bills.last_returned_at is not null then 'returned'
        when bills.last_settled_date is not null then 'settled'
        when bills.collected_amount > 0 and bills.collected_amount < coalesce(bills.summary_amount, bills.processing_amount, bills.tax_amount)
            then 'partly_collected'
        when bills.last_collected_date is not null then 'collected'
        when bills.invoiced_amount > 0 then 'invoiced'
        when bills.declared_at is not null then 'declared'
        when bills.front_state_code = '1' then 'processed'
        when bills.front_state_code = '2' then 'front_failed'
        when bills.front_received_at is not null then 'front_waiting'
        when bills.shared_at is not null then 'shared'
        when bills.validation_code = '2' then 'intercepted'
        when bills.pushed_at is not null then 'pushed'
        when bills.support_received_at is not null then 'received'
        when bills.has_summary and not bills.is_unread then 'read'
        else 'sent'
    end as stage_code
from bills
left join registrations
    on
        bills.department_code = registrations.department_code
        and bills.source_system = registrations.source_system
        and bills.unit_no = registrations.unit_no
left join authorities on bills.declared_authority_code = authorities.authority_code

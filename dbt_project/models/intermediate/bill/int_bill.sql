-- Bills along their whole way, on whichever side they are known: what was sent, read, received, processed, declared, invoiced, collected, settled,
-- returned and posted. Amounts are those of int_bill_money. Grain: bill_key (department, notice serial, batch).
with notices as (

    select * from {{ ref('int_bill_notice') }}

),

money as (

    select * from {{ ref('int_bill_money') }}

),

messages as (

    select * from {{ ref('int_bill_message') }}

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
        -- every bill that anybody knows: by a header, by lines or money, or by a message alone
        bill_key,
        {{ key_part('bill_key', 1) }} as department_code,
        {{ key_part('bill_key', 2) }} as notice_serial,
        {{ key_part('bill_key', 3) }} as batch_no,
        coalesce(notices.source_system, money.source_system) as source_system,
        coalesce(notices.unit_no, money.unit_no) as unit_no,
        notices.agency_code,
        coalesce(notices.period, money.period) as period,
        notices.origin_code,
        coalesce(notices.is_project, false) as is_project,
        notices.person_count,
        coalesce(notices.has_summary, false) as has_summary,
        coalesce(money.has_processing, false) as has_processing,
        coalesce(money.has_detail, false) as has_detail,
        {{ decimal18('notices.summary_amount') }} as summary_amount,
        money.processing_amount,
        money.detail_amount,
        coalesce(money.has_item_difference, false) as has_item_difference,
        coalesce(notices.is_withdrawn, false) as is_withdrawn,
        coalesce(notices.is_agency_voided, false) as is_agency_voided,
        coalesce(notices.is_tax_voided, false) as is_tax_voided,
        coalesce(notices.sent_at, money.sent_at) as sent_at,
        coalesce(notices.is_unread, false) as is_unread,
        notices.read_at,
        coalesce(notices.has_tax, false) as has_tax,
        {{ decimal18('coalesce(notices.tax_amount, money.tax_item_amount)') }} as tax_amount,
        notices.tax_agency_code,
        notices.support_received_at,
        notices.validation_code,
        notices.pushed_at,
        notices.written_back_at,
        messages.shared_at,
        messages.front_received_at,
        messages.front_state_code,
        messages.front_processed_at,
        messages.front_fail_reason,
        coalesce(money.declared_amount, 0) as declared_amount,
        money.declared_at,
        money.taxpayer_key as declared_taxpayer_key,
        money.authority_code as declared_authority_code,
        coalesce(money.invoiced_amount, 0) as invoiced_amount,
        money.first_invoiced_at,
        coalesce(money.unpaid_invoiced_amount, 0) as unpaid_invoiced_amount,
        money.oldest_unpaid_invoiced_at,
        coalesce(money.collected_amount, 0) as collected_amount,
        money.first_collected_date,
        money.last_collected_date,
        coalesce(money.settled_amount, 0) as settled_amount,
        money.last_settled_date,
        coalesce(money.returned_amount, 0) as returned_amount,
        money.last_returned_at,
        coalesce(money.read_amount, 0) as read_amount,
        money.last_read_date,
        coalesce(money.settlement_returned_amount, 0) as settlement_returned_amount,
        coalesce(money.settlement_read_amount, 0) as settlement_read_amount,
        money.last_settlement_read_date,
        coalesce(money.agency_posted_amount, 0) as agency_posted_amount,
        money.last_posted_date,
        money.channel_code
    from notices
    full outer join messages using (bill_key)
    full outer join money using (bill_key)

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

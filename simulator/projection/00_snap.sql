-- The world as known at the end of the business date: later moments are NULL, changed attributes have their value of that day.
create or replace temp table changed as
select entity, key, map_from_entries(list(row(attribute, value))) as new, max(noted_at) as noted_at
from (
    select entity, key, attribute, max_by(value, changed_at) as value, max(case when is_noted then changed_at end) as noted_at
    from world.change where is_known(changed_at) group by entity, key, attribute
)
group by entity, key;

create or replace table snap.taxpayer as
select
    taxpayers.* replace (
        coalesce(new['taxpayer_no'], taxpayer_no) as taxpayer_no,
        coalesce(new['uscc'], uscc) as uscc,
        coalesce(new['name'], name) as name,
        coalesce(new['status_code'], status_code) as status_code,
        coalesce(new['status_date']::date, status_date) as status_date,
        coalesce(new['entity_type_code'], entity_type_code) as entity_type_code,
        coalesce(new['industry_code'], industry_code) as industry_code,
        coalesce(new['bureau_code'], bureau_code) as bureau_code,
        coalesce(new['office_code'], office_code) as office_code
    ),
    greatest(created_at, noted_at) as updated_at
from world.taxpayer as taxpayers
left join changed on changed.entity = 'taxpayer' and changed.key = taxpayers.taxpayer_key
where is_known(created_at);

create or replace table snap.registration as
select
    registrations.* replace (
        coalesce(new['name'], name) as name,
        coalesce(new['uscc'], uscc) as uscc,
        coalesce(new['agency_code'], agency_code) as agency_code,
        coalesce(new['status_code'], status_code) as status_code,
        coalesce(new['ended_on']::date, ended_on) as ended_on,
        coalesce(new['bureau_code'], bureau_code) as bureau_code,
        coalesce(new['office_code'], office_code) as office_code,
        known(base_sent_at) as base_sent_at,
        case when is_known(base_resent_at) and base_resent_at > base_withdrawn_at then null
            else known(base_withdrawn_at) end as base_withdrawn_at,
        known(base_resent_at) as base_resent_at,
        known(received_at) as received_at, known(pushed_at) as pushed_at, known(written_back_at) as written_back_at,
        known(shared_at) as shared_at, known(shared_pushed_at) as shared_pushed_at,
        known(front_at) as front_at, known(front_processed_at) as front_processed_at
    ),
    coalesce(known(base_resent_at), known(base_sent_at)) as sent_at,
    case when is_known(base_resent_at) then known(base_reread_at) else known(base_read_at) end as current_read_at,
    -- a change of the agency's own is sent with the row; the support platform keeps what it received
    registrations.name as received_name, registrations.uscc as received_uscc,
    noted_at
from world.registration as registrations
left join changed on changed.entity = 'registration' and changed.key = registrations.registration_key;

create or replace table snap.enrolment as
select
    enrolments.*,
    coalesce(known(enrolments.resent_at), enrolments.sent_at) as current_sent_at,
    case when is_known(enrolments.resent_at) then known(enrolments.reread_at) else known(enrolments.read_at) end as current_read_at,
    case when is_known(enrolments.resent_at) and enrolments.resent_at > enrolments.withdrawn_at then null
        else known(enrolments.withdrawn_at) end as current_withdrawn_at,
    registrations.department_code, registrations.source_system, registrations.unit_no,
    case when registrations.status_code <> '1' and enrolments.status_code = '1' then '3' else enrolments.status_code end as current_status,
    coalesce(enrolments.ended_on, registrations.ended_on) as current_ended_on,
    registrations.noted_at
from world.enrolment as enrolments
join snap.registration as registrations using (registration_key)
where is_known(enrolments.sent_at);

create or replace table snap.fee_registration as
select
    fees.* replace (
        coalesce(new['taxpayer_key'], fees.taxpayer_key) as taxpayer_key,
        coalesce(new['bureau_code'], fees.bureau_code) as bureau_code,
        coalesce(new['office_code'], fees.office_code) as office_code,
        coalesce(new['is_valid']::boolean, is_valid) as is_valid,
        known(associated_at) as associated_at, known(cancelled_at) as cancelled_at
    ),
    registrations.department_code, registrations.source_system, registrations.unit_no,
    greatest(created_at, known(associated_at), known(cancelled_at), changed.noted_at) as updated_at
from world.fee_registration as fees
join world.registration as registrations using (registration_key)
left join changed on changed.entity = 'fee_registration' and changed.key = fees.fee_registration_no
where is_known(created_at);

create or replace table snap.agreement as
select
    agreements.* replace (
        coalesce(new['bank_code'], bank_code) as bank_code,
        coalesce(new['account_no'], account_no) as account_no,
        coalesce(new['account_name'], account_name) as account_name,
        coalesce(new['authority_code'], authority_code) as authority_code,
        coalesce(new['taxpayer_no'], taxpayer_no) as taxpayer_no,
        coalesce(new['verify_code'], verify_code) as verify_code,
        case when coalesce(new['ended_on']::date, ended_on) <= getvariable('as_of')
            then coalesce(new['ended_on']::date, ended_on) end as ended_on
    ),
    greatest(created_at, noted_at,
        case when ended_on <= getvariable('as_of') then ended_on::timestamp + interval 10 hour end) as updated_at
from world.agreement as agreements
left join changed on changed.entity = 'agreement' and changed.key = agreements.agreement_key
where is_known(created_at);

create or replace table snap.bill as
select
    bills.* replace (
        known(summary_sent_at) as summary_sent_at, known(processing_sent_at) as processing_sent_at,
        known(detail_sent_at) as detail_sent_at, known(read_at) as read_at, known(withdrawn_at) as withdrawn_at,
        known(voided_at) as voided_at, known(received_at) as received_at, known(pushed_at) as pushed_at,
        known(written_back_at) as written_back_at, known(shared_at) as shared_at, known(shared_pushed_at) as shared_pushed_at,
        known(front_at) as front_at, known(front_processed_at) as front_processed_at, known(declared_at) as declared_at,
        known(write_off_at) as write_off_at, known(tax_voided_at) as tax_voided_at
    )
from world.bill as bills
where is_known(summary_sent_at) or is_known(processing_sent_at) or is_known(detail_sent_at) or is_known(received_at);

create or replace table snap.ticket as
select tickets.* replace (known(tickets.voided_at) as voided_at),
    bills.department_code, bills.notice_serial, bills.batch_no, bills.taxpayer_key, bills.fee_registration_no, bills.bureau_code
from world.ticket as tickets
join snap.bill as bills using (bill_key)
where is_known(issued_at);

create or replace table snap.ticket_item as
select
    items.* replace (
        known(remitted_at) as remitted_at, known(settled_at) as settled_at,
        known(remittance_returned_at) as remittance_returned_at, known(remittance_read_at) as remittance_read_at,
        known(remittance_withdrawn_at) as remittance_withdrawn_at,
        known(settlement_returned_at) as settlement_returned_at, known(settlement_read_at) as settlement_read_at,
        known(settlement_withdrawn_at) as settlement_withdrawn_at, known(posted_at) as posted_at
    ),
    tickets.department_code, tickets.notice_serial, tickets.batch_no, tickets.taxpayer_key, tickets.bureau_code,
    tickets.issued_at, tickets.voided_at, tickets.channel_code, bills.unit_no,
    item.zsxm_code, item.zspm_code, item.agency_item_code
from world.ticket_item as items
join snap.ticket as tickets using (ticket_no, bill_key)
join snap.bill as bills using (bill_key)
join item using (insurance_code);

-- an unread flag is empty or zero, both occur
create or replace macro read_flag(t, key) as
    case when t is not null then '1' when chance(key, 'flag') < 0.5 then '0' end;

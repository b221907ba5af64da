-- Persons, payments and their returns as known at the end of the business date.
create or replace macro person_read_flag(t, number) as
    case when t is not null then '1' when right(number, 1) in ('1', '3', '5', '7', '9') then '0' end;

create or replace table snap.tax_person as
select persons.registration_key, persons.fee_registration_no, persons.department_code, persons.source_system, persons.person_no,
    persons.insurance_code, persons.agency_code, persons.bureau_code, persons.town_code, persons.village_code, persons.created_at,
    case when is_known(persons.ended_at) then '3' when is_known(persons.suspended_at) then '2' else '1' end as status_code,
    case when is_known(least(persons.suspended_at, persons.ended_at)) then persons.stopped_on end as stopped_on,
    case when is_known(least(persons.suspended_at, persons.ended_at)) then case persons.end_reason_code when 'dead' then '1' when 'enlisted' then '2'
        when 'moved' then '3' when 'merged' then '4' when 'employed' then '5' when 'benefits' then '6' when 'suspended' then '7'
        when 'duplicate' then '8' when 'student' then '9' when 'withdrawn' then '0' end end as stop_reason_code,
    coalesce(known(persons.ended_at), known(persons.suspended_at)) as stopped_at,
    greatest(persons.created_at, known(persons.suspended_at), known(persons.ended_at), known(files.correction_read_at)) as updated_at,
    coalesce(case when files.corrected_at is not null and not is_known(files.correction_read_at) then files.previous_id_type_code end,
        files.known_id_type_code, residents.id_type_code) as id_type_code,
    coalesce(persons.id_number_here, case when files.corrected_at is not null and not is_known(files.correction_read_at)
        then files.previous_id_number end, files.known_id_number, residents.id_number) as id_number,
    coalesce(persons.name_here, case when files.corrected_at is not null and not is_known(files.correction_read_at)
        then files.previous_name end, files.known_name, residents.name) as name,
    residents.address, residents.mobile,
    case residents.group_code when 'student' then '02' when 'poor' then '03' when 'destitute' then '04' when 'disabled' then '05' else '01' end
        as group_code,
    item.agency_item_code, item.zsxm_code, item.zspm_code
from world.tax_person as persons
join world.resident as residents on residents.resident_key = persons.resident_key
join person_item as item on item.insurance_code = persons.insurance_code
left join world.person_file as files
    on files.file_key = persons.department_code || '|' || persons.source_system || '|' || persons.person_no
where is_known(persons.created_at);

create or replace table snap.person_payment as
select payments.payment_no, payments.registration_key, payments.kind_code, payments.period_begin, payments.period_end, payments.amount,
    payments.channel_code, payments.special_key, payments.household_payment_no, payments.ticket_no, payments.declared_at,
    known(payments.issued_at) as issued_at,
    case when payments.summarised_on <= getvariable('as_of') then payments.summarised_on end as summarised_on,
    known(payments.remitted_at) as remitted_at, known(payments.settled_at) as settled_at,
    known(payments.voided_at) as voided_at,
    known(payments.remittance_returned_at) as remittance_returned_at, known(payments.remittance_read_at) as remittance_read_at,
    known(payments.remittance_withdrawn_at) as remittance_withdrawn_at, known(payments.settlement_returned_at) as settlement_returned_at,
    known(payments.settlement_read_at) as settlement_read_at, known(payments.posted_at) as posted_at,
    known(payments.posting_fed_back_at) as posting_fed_back_at,
    persons.fee_registration_no, persons.department_code, persons.person_no, persons.agency_code, persons.bureau_code, persons.id_number,
    persons.name, persons.agency_item_code, persons.zsxm_code, persons.zspm_code
from world.person_payment as payments
join snap.tax_person as persons on persons.registration_key = payments.registration_key
where is_known(payments.declared_at);

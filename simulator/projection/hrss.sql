create or replace table hrss."RS_DWJBXX" as
select unit_no as "AAB001", source_system as "XTLY", name as "AAB004", uscc as "AAB003", agency_code as "YAB003",
    unit_type_code as "AAB019", district_code as "XZQH_DM", town_code as "JDXZ_DM", address as "AAE006",
    contact_name as "AAE004", contact_phone as "AAE005", status_code as "HJZT_DM", ended_on as "ZZRQ",
    read_flag(current_read_at, registration_key) as "DQBZ", current_read_at as "DQSJ",
    case when base_withdrawn_at is not null then 'Y' end as "CXBZ", base_withdrawn_at as "CXSJ", sent_at as "CSSJ",
    greatest(sent_at, current_read_at, base_withdrawn_at, noted_at) as "GXSJ"
from snap.registration where department_code = 'HRSS' and sent_at is not null;

create or replace table hrss."RS_DWCBXZ" as
select unit_no as "AAB001", source_system as "XTLY", agency_item_code as "AAE140", started_on as "AAE030", current_ended_on as "AAE031",
    current_status as "CBZT_DM", case when is_project then 'Y' else 'N' end as "GCXMBZ",
    read_flag(current_read_at, registration_key) as "DQBZ", current_read_at as "DQSJ",
    case when current_withdrawn_at is not null then 'Y' end as "CXBZ", current_withdrawn_at as "CXSJ", current_sent_at as "CSSJ",
    greatest(current_sent_at, current_read_at, current_withdrawn_at, noted_at) as "GXSJ"
from snap.enrolment as enrolment join item using (insurance_code) where enrolment.department_code = 'HRSS';

create or replace table hrss."RS_ZJHZ" as
select notice_serial as "ZJTZLSH", batch_no as "CSPCH", unit_no as "AAB001", source_system as "XTLY", agency_code as "YAB003",
    period as "FKSSQ", origin_code as "ZJLY_DM", case when is_project then 'Y' else 'N' end as "GCXMBZ", person_count as "ZRS",
    amount as "ZJE", case when voided_at is not null then 'N' else 'Y' end as "YXBZ", voided_at as "ZFSJ",
    read_flag(read_at, bill_key) as "DQBZ", read_at as "DQSJ",
    case when withdrawn_at is not null then 'Y' end as "CXBZ", withdrawn_at as "CXSJ", summary_sent_at as "CSSJ",
    greatest(summary_sent_at, read_at, withdrawn_at, voided_at) as "GXSJ"
from snap.bill where department_code = 'HRSS' and summary_sent_at is not null;

create or replace table hrss."RS_ZJCL" as
select notice_serial as "ZJTZLSH", batch_no as "CSPCH", item_no as "XH", unit_no as "AAB001", source_system as "XTLY",
    agency_item_code as "AAE140", case when coalesce(bills.processing_is_project, bills.is_project) then 'Y' else 'N' end as "GCXMBZ",
    items.person_count as "RS", unit_amount as "DWJE", person_amount as "GRJE", items.amount as "HJJE",
    processing_sent_at as "CSSJ", processing_sent_at as "GXSJ"
from snap.bill as bills join world.bill_item as items using (bill_key) join item using (insurance_code)
where bills.department_code = 'HRSS' and processing_sent_at is not null;

create or replace table hrss."RS_ZJMX" as
select notice_serial as "ZJTZLSH", batch_no as "CSPCH", line_no as "MXXH", unit_no as "AAB001", source_system as "XTLY",
    persons.person_no as "AAC001", persons.id_number as "AAC002", persons.name as "AAC003", agency_item_code as "AAE140",
    part_code as "JFBF_DM", base as "JFJS", persons.amount as "JE", detail_sent_at as "CSSJ", detail_sent_at as "GXSJ"
from snap.bill as bills join world.bill_person as persons using (bill_key) join item using (insurance_code)
where bills.department_code = 'HRSS' and detail_sent_at is not null;

create or replace table hrss."RS_SJHP" as
select remittance_no as "HPXH", notice_serial as "ZJTZLSH", batch_no as "CSPCH", unit_no as "AAB001", agency_item_code as "AAE140",
    ticket_no as "DZSPHM", remitted_amount as "SJJE", remitted_at::date as "SJRQ", remittance_returned_at as "HPSJ",
    case when remittance_withdrawn_at is not null then 'Y' end as "CXBZ",
    read_flag(remittance_read_at, remittance_no) as "DQBZ", remittance_read_at as "DQSJ",
    greatest(remittance_returned_at, remittance_read_at, remittance_withdrawn_at) as "GXSJ"
from snap.ticket_item where department_code = 'HRSS' and remittance_returned_at is not null;

create or replace table hrss."RS_RKHP" as
select settlement_no as "HPXH", notice_serial as "ZJTZLSH", batch_no as "CSPCH", unit_no as "AAB001", agency_item_code as "AAE140",
    ticket_no as "DZSPHM", settled_amount as "RKJE", settled_at::date as "RKRQ", settlement_returned_at as "HPSJ",
    case when settlement_withdrawn_at is not null then 'Y' end as "CXBZ",
    read_flag(settlement_read_at, settlement_no) as "DQBZ", settlement_read_at as "DQSJ",
    greatest(settlement_returned_at, settlement_read_at, settlement_withdrawn_at) as "GXSJ"
from snap.ticket_item where department_code = 'HRSS' and settlement_returned_at is not null;

create or replace table hrss."RS_DZ" as
select 'D' || remittance_no || n as "DZXH", notice_serial as "ZJTZLSH", batch_no as "CSPCH", agency_item_code as "AAE140",
    ticket_no as "DZSPHM", posted_amount as "DZJE", posted_at::date as "DZRQ", posted_at as "GXSJ"
from snap.ticket_item cross join (values (1), (2), (3)) as times(n)
where department_code = 'HRSS' and posted_at is not null and n <= post_count;

create or replace table nhsa."EMP_INFO_B" as
select unit_no as "EMP_NO", source_system as "SRC_SYS", name as "EMP_NAME", uscc as "USCC", agency_code as "OPTINS_NO",
    unit_type_code as "EMP_TYPE", district_code as "ADMDVS", town_code as "SUBD_CODE", address as "EMP_ADDR",
    contact_name as "CONER_NAME", contact_phone as "CONER_TEL", status_code as "EMP_STAS", ended_on as "END_DATE",
    read_flag(current_read_at, registration_key) as "READ_FLAG", current_read_at as "READ_TIME",
    case when base_withdrawn_at is not null then 'Y' end as "WTDR_FLAG", base_withdrawn_at as "WTDR_TIME", sent_at as "SEND_TIME",
    greatest(sent_at, current_read_at, base_withdrawn_at, noted_at) as "UPDT_TIME"
from snap.registration where department_code = 'NHSA' and sent_at is not null;

create or replace table nhsa."EMP_INSU_D" as
select unit_no as "EMP_NO", source_system as "SRC_SYS", agency_item_code as "INSUTYPE", started_on as "INSU_BEGN",
    current_ended_on as "INSU_END", current_status as "INSU_STAS",
    read_flag(current_read_at, registration_key) as "READ_FLAG", current_read_at as "READ_TIME",
    case when current_withdrawn_at is not null then 'Y' end as "WTDR_FLAG", current_withdrawn_at as "WTDR_TIME",
    current_sent_at as "SEND_TIME", greatest(current_sent_at, current_read_at, current_withdrawn_at, noted_at) as "UPDT_TIME"
from snap.enrolment as enrolment join item using (insurance_code) where enrolment.department_code = 'NHSA';

create or replace table nhsa."CLCT_NTC_B" as
select notice_serial as "CLCT_NTC_NO", batch_no as "SEND_BTCH", unit_no as "EMP_NO", source_system as "SRC_SYS", agency_code as "OPTINS_NO",
    period as "CASHYM", origin_code as "CLCT_SOUC", person_count as "PSN_CNT", amount as "CLCT_SUMAMT",
    case when voided_at is not null then 'N' else 'Y' end as "VALI_FLAG", voided_at as "INVD_TIME",
    read_flag(read_at, bill_key) as "READ_FLAG", read_at as "READ_TIME",
    case when withdrawn_at is not null then 'Y' end as "WTDR_FLAG", withdrawn_at as "WTDR_TIME", summary_sent_at as "SEND_TIME",
    greatest(summary_sent_at, read_at, withdrawn_at, voided_at) as "UPDT_TIME"
from snap.bill where department_code = 'NHSA' and summary_sent_at is not null;

create or replace table nhsa."CLCT_NTC_D" as
select notice_serial as "CLCT_NTC_NO", batch_no as "SEND_BTCH", item_no as "SN", unit_no as "EMP_NO", source_system as "SRC_SYS",
    agency_item_code as "INSUTYPE", items.person_count as "PSN_CNT", unit_amount as "EMP_CLCT_AMT", person_amount as "PSN_CLCT_AMT",
    items.amount as "CLCT_SUMAMT", processing_sent_at as "SEND_TIME", processing_sent_at as "UPDT_TIME"
from snap.bill as bills join world.bill_item as items using (bill_key) join item using (insurance_code)
where bills.department_code = 'NHSA' and processing_sent_at is not null;

create or replace table nhsa."CLCT_PSN_D" as
select notice_serial as "CLCT_NTC_NO", batch_no as "SEND_BTCH", line_no as "DETL_SN", unit_no as "EMP_NO", source_system as "SRC_SYS",
    persons.person_no as "PSN_NO", persons.id_number as "CERTNO", persons.name as "PSN_NAME", agency_item_code as "INSUTYPE",
    part_code as "CLCT_PART", base as "CLCT_STD", persons.amount as "CLCT_AMT", detail_sent_at as "SEND_TIME", detail_sent_at as "UPDT_TIME"
from snap.bill as bills join world.bill_person as persons using (bill_key) join item using (insurance_code)
where bills.department_code = 'NHSA' and detail_sent_at is not null;

create or replace table nhsa."TAX_RMT_D" as
select remittance_no as "RTN_NO", notice_serial as "CLCT_NTC_NO", batch_no as "SEND_BTCH", unit_no as "EMP_NO",
    agency_item_code as "INSUTYPE", ticket_no as "TAX_VOU_NO", remitted_amount as "RMT_AMT", remitted_at::date as "RMT_DATE",
    remittance_returned_at as "RTN_TIME", case when remittance_withdrawn_at is not null then 'Y' end as "WTDR_FLAG",
    read_flag(remittance_read_at, remittance_no) as "READ_FLAG", remittance_read_at as "READ_TIME",
    greatest(remittance_returned_at, remittance_read_at, remittance_withdrawn_at) as "UPDT_TIME"
from snap.ticket_item where department_code = 'NHSA' and remittance_returned_at is not null;

create or replace table nhsa."TAX_STL_D" as
select settlement_no as "RTN_NO", notice_serial as "CLCT_NTC_NO", batch_no as "SEND_BTCH", unit_no as "EMP_NO",
    agency_item_code as "INSUTYPE", ticket_no as "TAX_VOU_NO", settled_amount as "STL_AMT", settled_at::date as "STL_DATE",
    settlement_returned_at as "RTN_TIME", case when settlement_withdrawn_at is not null then 'Y' end as "WTDR_FLAG",
    read_flag(settlement_read_at, settlement_no) as "READ_FLAG", settlement_read_at as "READ_TIME",
    greatest(settlement_returned_at, settlement_read_at, settlement_withdrawn_at) as "UPDT_TIME"
from snap.ticket_item where department_code = 'NHSA' and settlement_returned_at is not null;

create or replace table nhsa."ARVL_CFM_D" as
select 'D' || remittance_no || n as "ARVL_NO", notice_serial as "CLCT_NTC_NO", batch_no as "SEND_BTCH", agency_item_code as "INSUTYPE",
    ticket_no as "TAX_VOU_NO", posted_amount as "ARVL_AMT", posted_at::date as "ARVL_DATE", posted_at as "UPDT_TIME"
from snap.ticket_item cross join (values (1), (2), (3)) as times(n)
where department_code = 'NHSA' and posted_at is not null and n <= post_count;

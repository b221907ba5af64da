create or replace table nhsa_person."PSN_INFO_B" as
select person_no as "PSN_NO", source_system as "SRC_SYS", shown_id_type_code as "PSN_CERT_TYPE", shown_id_number as "CERTNO", shown_name as "PSN_NAME",
    sex_code as "GEND", birth_date as "BRDY", mobile as "TEL", address as "PSN_ADDR", agency_code as "OPTINS_NO", district_code as "ADMDVS",
    town_code as "SUBD_CODE", village_code as "VIL_CODE", person_kind_code as "PSN_IDET_TYPE", created_at as "CRTE_TIME", latest_sent_at as "SEND_TIME",
    read_flag(known_read_at, file_key) as "READ_FLAG", known_read_at as "READ_TIME", flagged(known_withdrawn_at) as "WTDR_FLAG",
    known_withdrawn_at as "WTDR_TIME", updated_at as "UPDT_TIME"
from snap.person_base where department_code = 'NHSA';

create or replace table nhsa_person."PSN_INSU_D" as
select person_no as "PSN_NO", source_system as "SRC_SYS", case insurance_code when '10212' then '390' else '310' end as "INSUTYPE",
    agency_code as "OPTINS_NO", town_code as "SUBD_CODE", village_code as "VIL_CODE", enrolled_on as "INSU_BEGN",
    case when known_ended_on is not null then '3' when known_suspended_on is not null then '2' else '1' end as "INSU_STAS",
    known_suspended_on as "PAUS_DATE", known_ended_on as "INSU_END",
    case when known_ended_on is not null then change_code(end_reason_code) end as "END_RSN", base_amount as "CLCT_STD", created_at as "CRTE_TIME",
    known_sent_at as "SEND_TIME", read_flag(known_read_at, insured_key) as "READ_FLAG", known_read_at as "READ_TIME",
    flagged(known_withdrawn_at) as "WTDR_FLAG", known_withdrawn_at as "WTDR_TIME", updated_at as "UPDT_TIME"
from snap.person_enrolment where department_code = 'NHSA';

create or replace table nhsa_person."PSN_CHG_D" as
select change_no as "CHG_NO", person_no as "PSN_NO", source_system as "SRC_SYS", case insurance_code when '10212' then '390' else '310' end as "INSUTYPE",
    change_code(kind_code) as "CHG_TYPE", happened_on as "CHG_DATE", registered_at as "OPTER_TIME", known(sent_at) as "SEND_TIME",
    read_flag(known(read_at), change_key) as "READ_FLAG", known(read_at) as "READ_TIME", flagged(withdrawn_at) as "WTDR_FLAG",
    known(withdrawn_at) as "WTDR_TIME", greatest(registered_at, known(sent_at), known(read_at), known(withdrawn_at)) as "UPDT_TIME"
from world.person_change where department_code = 'NHSA' and is_known(registered_at);

create or replace table nhsa_person."PSN_MRG_D" as
select old_person_no as "MRG_PSN_NO", source_system as "SRC_SYS", new_person_no as "KEEP_PSN_NO", merged_at as "MRG_TIME", known(sent_at) as "SEND_TIME",
    read_flag(known(read_at), merge_key) as "READ_FLAG", known(read_at) as "READ_TIME", flagged(withdrawn_at) as "WTDR_FLAG",
    known(withdrawn_at) as "WTDR_TIME", greatest(merged_at, known(sent_at), known(read_at), known(withdrawn_at)) as "UPDT_TIME"
from world.person_merge where department_code = 'NHSA' and is_known(merged_at);

create or replace table nhsa_person."FLX_CLCT_D" as
select notice_serial as "CLCT_NTC_NO", split_part(insured_key, '|', 3) as "PSN_NO", split_part(insured_key, '|', 2) as "SRC_SYS",
    agency_item_code as "INSUTYPE", period as "CASHYM", base_amount as "CLCT_STD", amount as "CLCT_AMT", assessed_at as "ASSE_TIME",
    known(sent_at) as "SEND_TIME", read_flag(known(read_at), due_key) as "READ_FLAG", known(read_at) as "READ_TIME",
    flagged(withdrawn_at) as "WTDR_FLAG", known(withdrawn_at) as "WTDR_TIME",
    greatest(assessed_at, known(sent_at), known(read_at), known(withdrawn_at)) as "UPDT_TIME"
from world.flexible_due where department_code = 'NHSA' and is_known(assessed_at);

create or replace table nhsa_person."SPCL_CLCT_D" as
select notice_serial as "CLCT_NTC_NO", split_part(insured_key, '|', 3) as "PSN_NO", split_part(insured_key, '|', 2) as "SRC_SYS",
    case split_part(insured_key, '|', 4) when '10212' then '390' else '310' end as "INSUTYPE", kind_code as "SPCL_TYPE", amount as "CLCT_AMT",
    care_amount as "LTC_AMT", period_begin as "ACCRYM_BEGN", period_end as "ACCRYM_END", case when is_known(withdrawn_at) then '9' when is_known(read_at) then '3' else '2' end as "SPCL_STAS",
    assessed_at as "ASSE_TIME", known(sent_at) as "SEND_TIME", read_flag(known(read_at), special_key) as "READ_FLAG", known(read_at) as "READ_TIME",
    flagged(withdrawn_at) as "WTDR_FLAG", known(withdrawn_at) as "WTDR_TIME",
    greatest(assessed_at, known(sent_at), known(read_at), known(withdrawn_at)) as "UPDT_TIME"
from world.special_due where department_code = 'NHSA' and is_known(assessed_at);

create or replace table nhsa_person."STU_INFO_D" as
select person_no as "PSN_NO", term_code as "TERM_CODE", school_code as "SCHL_CODE", grade as "GRADE_NO", class_no as "CLASS_NO", term_start as "TERM_BEGN",
    sent_at as "SEND_TIME", read_flag(known(read_at), person_no || term_code) as "READ_FLAG", known(read_at) as "READ_TIME",
    greatest(sent_at, known(read_at)) as "UPDT_TIME"
from world.student_term where is_known(sent_at);

create or replace table nhsa_person."SCHL_INFO_B" as
select school_code as "SCHL_CODE", name as "SCHL_NAME", kind_code as "SCHL_TYPE", uscc as "USCC", district_code as "ADMDVS", town_code as "SUBD_CODE",
    village_code as "VIL_CODE", contact_name as "CONER_NAME", contact_phone as "CONER_TEL", timestamp '2022-01-04 09:00:00' as "UPDT_TIME"
from world.school;

-- comes into the exchange with the person's first flexible enrolment
create or replace table nhsa_person."PSN_LRG_D" as
select l.person_no as "PSN_NO", l.insured_year as "INSU_YEAR", l.payer_code as "PAYER_TYPE", l.unit_no as "EMP_NO", l.amount as "PAY_AMT",
    l.paid_on as "PAY_DATE", i.created_at as "UPDT_TIME"
from world.large_payment as l join world.insured as i using (insured_key) where is_known(i.created_at);

create or replace table nhsa_person."PSN_NO_MAP" as
select f.old_person_no as "OLD_PSN_NO", f.person_no as "PSN_NO", f.source_system as "SRC_SYS",
    moment(workday_after(date '2022-01-04', chance_int(f.file_key, 'mapped', 0, 20)), chance(f.file_key, 'mapped at'), 60, 300) as "UPDT_TIME"
from world.person_file as f
where f.department_code = 'NHSA' and f.old_person_no is not null
    and f.old_person_no not in (select o.old_person_no from world.legacy_oddity as o where o.kind_code = 'unmapped');

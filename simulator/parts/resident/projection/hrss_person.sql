create or replace table hrss_person."RS_RYJBXX" as
select person_no as "AAC001", source_system as "XTLY", shown_id_type_code as "AAC058", shown_id_number as "AAC002", shown_name as "AAC003",
    sex_code as "AAC004", birth_date as "AAC006", mobile as "AAE005", address as "AAE006", agency_code as "YAB003", district_code as "AAB301",
    town_code as "JDXZ_DM", village_code as "CSQ_DM", person_kind_code as "RYLB_DM", created_at as "CJSJ", latest_sent_at as "FSSJ",
    read_flag(known_read_at, file_key) as "DQBZ", known_read_at as "DQSJ", flagged(known_withdrawn_at) as "CXBZ", known_withdrawn_at as "CXSJ",
    updated_at as "GXSJ"
from snap.person_base where department_code = 'HRSS';

create or replace table hrss_person."RS_RYCB" as
select person_no as "AAC001", source_system as "XTLY", case insurance_code when '10210' then '170' else '110' end as "AAE140", agency_code as "YAB003",
    town_code as "JDXZ_DM", village_code as "CSQ_DM", enrolled_on as "AAC030",
    case when known_ended_on is not null then '3' when known_benefits_suspended_on is not null then '5' when known_benefits_on is not null then '4'
        when known_suspended_on is not null then '2' else '1' end as "AAC031",
    known_suspended_on as "TBRQ", known_ended_on as "ZZRQ", case when known_ended_on is not null then change_code(end_reason_code) end as "ZZYY",
    known_benefits_on as "DYKSRQ", known_benefits_suspended_on as "DYZTRQ", tier_amount as "JFDC", base_amount as "YJJS", created_at as "CJSJ",
    known_sent_at as "FSSJ", read_flag(known_read_at, insured_key) as "DQBZ", known_read_at as "DQSJ", flagged(known_withdrawn_at) as "CXBZ",
    known_withdrawn_at as "CXSJ", updated_at as "GXSJ"
from snap.person_enrolment where department_code = 'HRSS';

create or replace table hrss_person."RS_RYBD" as
select change_no as "BDLSH", person_no as "AAC001", source_system as "XTLY", case insurance_code when '10210' then '170' else '110' end as "AAE140",
    change_code(kind_code) as "BDLX", happened_on as "BDRQ", registered_at as "JBSJ", known(sent_at) as "FSSJ",
    read_flag(known(read_at), change_key) as "DQBZ", known(read_at) as "DQSJ", flagged(withdrawn_at) as "CXBZ", known(withdrawn_at) as "CXSJ",
    greatest(registered_at, known(sent_at), known(read_at), known(withdrawn_at)) as "GXSJ"
from world.person_change where department_code = 'HRSS' and is_known(registered_at);

create or replace table hrss_person."RS_RYHB" as
select old_person_no as "BHBBH", source_system as "XTLY", new_person_no as "BLBH", merged_at as "HBSJ", known(sent_at) as "FSSJ",
    read_flag(known(read_at), merge_key) as "DQBZ", known(read_at) as "DQSJ", flagged(withdrawn_at) as "CXBZ", known(withdrawn_at) as "CXSJ",
    greatest(merged_at, known(sent_at), known(read_at), known(withdrawn_at)) as "GXSJ"
from world.person_merge where department_code = 'HRSS' and is_known(merged_at);

create or replace table hrss_person."RS_LHJYZJ" as
select notice_serial as "ZJLSH", split_part(insured_key, '|', 3) as "AAC001", split_part(insured_key, '|', 2) as "XTLY", agency_item_code as "AAE140",
    period as "FKSSQ", base_amount as "YJJS", amount as "YJJE", assessed_at as "HDSJ", known(sent_at) as "FSSJ",
    read_flag(known(read_at), due_key) as "DQBZ", known(read_at) as "DQSJ", flagged(withdrawn_at) as "CXBZ", known(withdrawn_at) as "CXSJ",
    greatest(assessed_at, known(sent_at), known(read_at), known(withdrawn_at)) as "GXSJ"
from world.flexible_due where department_code = 'HRSS' and is_known(assessed_at);

create or replace table hrss_person."RS_TSJF" as
select notice_serial as "TZLSH", split_part(insured_key, '|', 3) as "AAC001", split_part(insured_key, '|', 2) as "XTLY",
    case split_part(insured_key, '|', 4) when '10210' then '170' else '110' end as "AAE140", kind_code as "TSJFLX", amount as "JE",
    period_begin as "SSQQ", period_end as "SSQZ", case when is_known(withdrawn_at) then '9' when is_known(read_at) then '3' else '2' end as "ZTDM", assessed_at as "HDSJ",
    known(sent_at) as "FSSJ", read_flag(known(read_at), special_key) as "DQBZ", known(read_at) as "DQSJ", flagged(withdrawn_at) as "CXBZ",
    known(withdrawn_at) as "CXSJ", greatest(assessed_at, known(sent_at), known(read_at), known(withdrawn_at)) as "GXSJ"
from world.special_due where department_code = 'HRSS' and is_known(assessed_at);

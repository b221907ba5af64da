-- code tables carry no moment of their own: a row was updated when it became valid or ended, at eight in the morning
create or replace macro day_start(d) as d::timestamp + interval 8 hour;
create or replace macro known_day(d) as case when d <= getvariable('as_of') then d end;

create or replace table tax_registry."KS_XX" as
select section_code as "ZGSWSKFJ_DM", name as "KSMC", bureau_code as "SSSWJ_DM", valid_from as "YXQQ", valid_to as "YXQZ",
    day_start(valid_from) as "GXSJ"
from world.tax_section where valid_from <= getvariable('as_of');

create or replace table tax_registry."HT_PZ" as
select setup_no as "PZXH", bureau_code as "ZGSWJ_DM", zsxm_code as "ZSXM_DM", zspm_code as "ZSPM_DM", part_code as "JFBF_DM",
    budget_code as "YSKM_DM", budget_share as "YSFPBL", treasury_code as "SKGK_DM", valid_from as "YXQQ", known_day(valid_to) as "YXQZ",
    greatest(day_start(valid_from), day_start(known_day(valid_to))) as "GXSJ"
from world.accounting_setup where valid_from <= getvariable('as_of');

create or replace table tax_registry."GCXM_QH" as
select district_code as "XZQH_DM", name as "QHMC", bureau_code as "ZGSWJ_DM", valid_from as "YXQQ", null::date as "YXQZ",
    day_start(valid_from) as "GXSJ"
from world.project_district where valid_from <= getvariable('as_of');

create or replace table tax_registry."DM_JYGZ" as
select check_code as "JYGZ_DM", name as "GZMC", subject_code as "GZDX_DM", explanation as "GZSM", 'Y' as "YXBZ",
    timestamp '2020-11-01 08:00:00' as "GXSJ"
from world.check_rule;

create or replace table tax_registry."DM_DZ" as
select code_type as "DMLX_DM", old_code as "YDM", old_name as "YMC", new_code as "XDM", new_name as "XMC", state_code as "DZZT_DM",
    mapped_on as "DZRQ", day_start(coalesce(mapped_on, date '2024-03-15')) as "GXSJ"
from world.code_mapping where coalesce(mapped_on, date '2024-03-15') <= getvariable('as_of');

create or replace table tax_registry."JDXZ_GX" as
select town_code as "JDXZ_DM", bureau_code as "ZGSWJ_DM", name as "JDXZMC", claim_code as "GXLX_DM", ground as "GXYJ", valid_from as "YXQQ",
    known_day(valid_to) as "YXQZ", greatest(day_start(valid_from), day_start(known_day(valid_to))) as "GXSJ"
from world.town_claim where valid_from <= getvariable('as_of');

create or replace table tax_registry."JG_FW" as
select agency_code as "JBJG_DM", department_code as "BMLY_DM", case when handles then 'Y' else 'N' end as "JBBZ", remark as "SM",
    valid_from as "YXQQ", valid_to as "YXQZ", day_start(valid_from) as "GXSJ"
from world.agency_scope where valid_from <= getvariable('as_of');

create or replace table tax_registry."JS_SXX" as
select base_year::varchar as "JSND", floor_amount as "JSXX", ceiling_amount as "JSSX", valid_from as "YXQQ", valid_to as "YXQZ",
    day_start(valid_from) as "GXSJ"
from world.base_limit where valid_from <= getvariable('as_of');

create or replace table tax_registry."CBJ_SB" as
select declaration_no as "SBXH", d.taxpayer_key as "DJXH", t.taxpayer_no as "NSRSBH", t.bureau_code as "ZGSWJ_DM", levy_year::varchar as "SBND",
    make_date(levy_year, 1, 1) as "SKSSQQ", make_date(levy_year, 12, 31) as "SKSSQZ", headcount as "SNZZZGRS", disabled_count as "AZCJRRS",
    wage_amount as "SNGZZE", due_amount as "YJFE", relief_amount as "JMFE", due_amount - relief_amount as "YBTSE", declared_at as "SBSJ",
    case when is_known(voided_at) then 'Y' end as "ZFBZ", greatest(declared_at, known(voided_at)) as "GXSJ"
from world.disability_declaration as d join snap.taxpayer as t using (taxpayer_key)
where is_known(declared_at);

create or replace table snap.tie as
select registration_key, max_by(fees, associated_at) as tie from snap.fee_registration as fees where associated_at is not null group by all;

create or replace table tax_registry."DWLX_WH" as
select r.department_code as "BMLY_DM", r.unit_no as "DWBH", r.source_system as "XTLY", tie.fee_registration_no as "SBDJXH", tie.taxpayer_key as "DJXH",
    r.unit_type_code as "CSDWLX_DM", coalesce(k.unit_type_code, r.unit_type_code) as "DWLX_DM",
    case when k.kept_at is null then '1' else '2' end as "WHFS_DM", r.received_at as "CSSJ", k.kept_at as "WHSJ",
    greatest(r.received_at, k.kept_at, tie.updated_at) as "GXSJ"
from snap.registration as r
left join (select registration_key, max_by(unit_type_code, kept_at) as unit_type_code, max(kept_at) as kept_at
           from world.kept_unit_type where is_known(kept_at) group by all) as k using (registration_key)
left join snap.tie using (registration_key)
where r.received_at is not null;

create or replace table tax_registry."DWLX_QC" as
select list_no as "QCPCH", row_no as "XH", uscc as "SHXYDM", name as "DWMC", unit_type_code as "ZQDWLX_DM", '社会保险费科' as "TGKS",
    supplied_at as "TGSJ", supplied_at as "GXSJ"
from world.unit_type_list where is_known(supplied_at);

create or replace table tax_registry."DJ_ZTBG" as
with steps as (
    select taxpayer_key, '03' as status_code, '设立登记' as reason, created_at as changed_at from world.taxpayer
    union all
    select key, value, case value when '07' then '清税注销' when '05' then '连续未申报认定非正常' else '解除非正常' end, changed_at
    from world.change where entity = 'taxpayer' and attribute = 'status_code'
),
ordered as (
    select *, row_number() over (partition by taxpayer_key order by changed_at, status_code) as nth,
        lag(status_code) over (partition by taxpayer_key order by changed_at, status_code) as old_status
    from steps where is_known(changed_at)
)
select 'BG' || ordered.taxpayer_key || nth as "BGXH", ordered.taxpayer_key as "DJXH", old_status as "BGQZT_DM", ordered.status_code as "BGHZT_DM",
    coalesce(m.reason, ordered.reason) as "BGYY", changed_at as "BGSJ", t.bureau_code as "JBSWJG_DM", changed_at as "GXSJ"
from ordered
join snap.taxpayer as t using (taxpayer_key)
left join (select old_taxpayer_key, '并档注销' as reason from world.file_merge) as m
    on m.old_taxpayer_key = ordered.taxpayer_key and ordered.status_code = '07';

create or replace table tax_registry."DJ_BD" as
select merge_no as "BDXH", old_taxpayer_key as "BBDJXH", m.taxpayer_key as "CXDJXH", reason as "BDYY", merged_at as "BDSJ",
    t.bureau_code as "JBSWJG_DM", merged_at as "GXSJ"
from world.file_merge as m join snap.taxpayer as t using (taxpayer_key) where is_known(merged_at);

-- a registration is assigned when the support platform has sorted it out, and anew when its tie is kept by another bureau or section;
-- a tie whose section was taken away ends the assignment
create or replace table tax_registry."KS_FP" as
with assigned as (
    select r.registration_key, r.registration_no, 1 as nth, null::varchar as fee_registration_no, r.bureau_code, r.office_code, '1' as how,
        r.received_at as since, case when tie.office_code is distinct from r.office_code and tie.office_code is not null then tie.updated_at end as until
    from snap.registration as r left join snap.tie using (registration_key)
    where r.received_at is not null and r.office_code is not null
    union all
    select r.registration_key, r.registration_no, 2, tie.fee_registration_no, tie.bureau_code, tie.office_code, '2', greatest(tie.updated_at, r.received_at), null
    from snap.registration as r join snap.tie using (registration_key)
    where r.received_at is not null and tie.office_code is distinct from r.office_code and tie.office_code <> ''
)
select 'FP' || lpad(registration_no::varchar, 9, '0') || nth as "FPXH", r.department_code as "BMLY_DM", r.unit_no as "DWBH", r.source_system as "XTLY",
    a.fee_registration_no as "SBDJXH", a.bureau_code as "ZGSWJ_DM", a.office_code as "ZGSWSKFJ_DM", how as "FPFS_DM", since as "FPSJ",
    case when until > since then until end as "SXSJ", greatest(since, until) as "GXSJ"
from assigned as a join snap.registration as r using (registration_key, registration_no);

create or replace table tax_registry."GCXM_DJ" as
select project_no as "XMBH", p.name as "XMMC", p.address as "XMDZ", p.district_code as "XZQH_DM", r.department_code as "BMLY_DM", r.unit_no as "DWBH",
    r.source_system as "XTLY", tie.taxpayer_key as "DJXH", contract_amount as "HTJE", started_on as "KGRQ", ends_on as "JHJGRQ",
    case when ends_on <= getvariable('as_of') then '2' else '1' end as "XMZT_DM", registered_at as "DJSJ",
    greatest(registered_at, case when ends_on <= getvariable('as_of') then ends_on::timestamp + interval 9 hour end) as "GXSJ"
from world.project as p join snap.registration as r using (registration_key) left join snap.tie using (registration_key)
where is_known(registered_at);

create or replace table hrss."RS_ZJGC" as
select b.notice_serial as "ZJTZLSH", b.batch_no as "CSPCH", b.unit_no as "AAB001", b.source_system as "XTLY",
    case when is_known(corrected_at) then coalesce(p.project_no, said.project_no) else said.project_no end as "XMBH",
    case when is_known(corrected_at) then coalesce(p.name, said.name) else said.name end as "XMMC",
    case when is_known(corrected_at) then coalesce(p.address, said.address) else said.address end as "XMDZ",
    case when is_known(corrected_at) then coalesce(p.district_code, said.district_code) else said.district_code end as "XZQH_DM",
    b.processing_sent_at as "CSSJ", greatest(b.processing_sent_at, known(corrected_at)) as "GXSJ"
from world.bill_project as said
join snap.bill as b using (bill_key)
left join world.project as p on p.project_no = said.project_no
where b.department_code = 'HRSS' and b.processing_sent_at is not null;

create or replace table tax_registry."TYSB_DW" as
select taxpayer_key as "DJXH", t.uscc as "SHXYDM", t.name as "DWMC", t.bureau_code as "ZGSWJ_DM", settled_count as "AZRS", list_source as "MDLY",
    recognised_at as "RDSJ", case when valid_to <= getvariable('as_of') then valid_to end as "YXQZ",
    greatest(recognised_at, case when valid_to <= getvariable('as_of') then valid_to::timestamp + interval 9 hour end) as "GXSJ"
from world.soldier_unit join snap.taxpayer as t using (taxpayer_key) where is_known(recognised_at);

create or replace table tax_registry."ZC_JYJG" as
select 'JY' || ticket_stem as "JYXH", b.department_code as "BMLY_DM", b.notice_serial as "ZJTZLSH", b.batch_no as "CSPCH",
    coalesce(c.check_code, rules.check_code) as "JYGZ_DM", b.intercept_reason as "YYMS",
    case when b.tax_voided_at::date = b.received_at::date then '1' else '2' end as "CLFS_DM", b.received_at + interval 2 minute as "JYSJ",
    greatest(b.received_at + interval 2 minute, b.tax_voided_at) as "GXSJ"
from snap.bill as b
left join world.bill_check as c using (bill_key)
left join check_rule as rules on rules.name = b.intercept_reason
where b.validation_code = '2' and is_known(b.received_at + interval 2 minute);

create or replace table tax_registry."ZC_HJJY" as
select check_no as "JYXH", r.department_code as "BMLY_DM", r.unit_no as "DWBH", r.source_system as "XTLY", check_code as "JYGZ_DM", reason as "YYMS",
    checked_at as "JYSJ", known(solved_at) as "JJSJ", greatest(checked_at, known(solved_at)) as "GXSJ"
from world.registration_check join snap.registration as r using (registration_key) where is_known(checked_at);

-- the copy follows a tie after twenty minutes; a stale one shows the tie before, or none
create or replace table tax_registry."ZC_HJGL" as
with ties as (
    select f.*, row_number() over (partition by f.registration_key order by f.associated_at desc, f.fee_registration_no desc) as nth
    from snap.fee_registration as f where is_known(f.associated_at + interval 20 minute)
),
copied as (
    select * from ties where nth = 1 and registration_key not in (select registration_key from world.stale_copy where not is_known(stale_until))
    union all
    select * from ties where nth = 2 and registration_key in (select registration_key from world.stale_copy where not is_known(stale_until))
)
select department_code as "BMLY_DM", unit_no as "DWBH", source_system as "XTLY", fee_registration_no as "SBDJXH", c.taxpayer_key as "DJXH",
    c.bureau_code as "ZGSWJ_DM", c.office_code as "ZGSWSKFJ_DM",
    case when nth = 1 and is_known(c.cancelled_at + interval 20 minute) then '2' else '1' end as "GLZT_DM",
    greatest(c.associated_at + interval 20 minute, case when nth = 1 then known(c.cancelled_at + interval 20 minute) end) as "TBSJ",
    greatest(c.associated_at + interval 20 minute, case when nth = 1 then known(c.cancelled_at + interval 20 minute) end) as "GXSJ"
from copied as c;

create or replace table tax_registry."ZC_DBTS" as
select push_no as "TSXH", b.department_code as "BMLY_DM", b.notice_serial as "ZJTZLSH", b.batch_no as "CSPCH", p.pushed_at as "TSSJ",
    result_code as "TSJG_DM", p.fail_reason as "SBYY", p.pushed_at as "GXSJ"
from world.single_push as p join snap.bill as b using (bill_key) where is_known(p.pushed_at);

create or replace table tax_registry."CT_JL" as
select redelivery_no as "CTXH", subject_code as "CTDX_DM", r.department_code as "BMLY_DM", r.unit_no as "DWBH", r.source_system as "XTLY",
    b.notice_serial as "ZJTZLSH", b.batch_no as "CSPCH", reason as "CTYY", requested_at as "SQSJ", known(delivered_at) as "CTSJ",
    case when is_known(delivered_at) then result_code else '0' end as "CTJG_DM", case when is_known(delivered_at) then d.fail_reason end as "SBYY",
    greatest(requested_at, known(delivered_at)) as "GXSJ"
from world.redelivery as d join snap.registration as r using (registration_key) left join snap.bill as b using (bill_key)
where is_known(requested_at);

create or replace table tax_registry."HX_SQ" as
select 'HX' || ticket_stem as "HXXH", department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH",
    case when voided_at is not null then '部门已作废' when withdrawn_at is not null then '部门已撤销发送' else '缴费人申请作废' end as "HXYY",
    write_off_at as "FQSJ", known(write_off_at + interval 2 minute) as "TSSJ", coalesce(tax_voided_at, f.answered_at) as "FKSJ",
    case when tax_voided_at is not null then '1' when f.answered_at is not null then '2' else '0' end as "HXZT_DM",
    case when tax_voided_at is null then f.reason end as "SBYY",
    greatest(write_off_at, known(write_off_at + interval 2 minute), coalesce(tax_voided_at, f.answered_at)) as "GXSJ"
from snap.bill as b
left join (select * from world.write_off_failure where is_known(answered_at)) as f using (bill_key)
where write_off_at is not null;

create or replace table tax_registry."TSJF_BW" as
select 'TB' || ticket_stem as "BWXH", department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH", unit_no as "DWBH",
    source_system as "XTLY", agency_code as "JBJG_DM",
    case when substr(period, 5, 2) in ('07', '08') then '2' when chance(bill_key, 'special kind') < 0.85 then '1'
        when chance(bill_key, 'special kind') < 0.96 then '3' else '4' end as "TSJFLX_DM",
    period as "FKSSQ", amount as "JE", summary_sent_at as "FSSJ", read_flag(read_at, bill_key) as "DQBZ", read_at as "DQSJ",
    case when received_at is not null then '1' else '0' end as "JSZT_DM", received_at as "JSSJ", null::varchar as "SBYY",
    case when withdrawn_at is not null then 'Y' end as "CXBZ", withdrawn_at as "CXSJ",
    greatest(summary_sent_at, read_at, received_at, withdrawn_at) as "GXSJ"
from snap.bill where origin_code = '3' and summary_sent_at is not null
union all
select message_no, r.department_code, m.notice_serial, m.batch_no, r.unit_no, r.source_system, r.agency_code, m.kind_code, m.period, m.amount, m.sent_at,
    read_flag(known(m.read_at), message_no), known(m.read_at),
    case when not is_known(m.answered_at) then '0' when m.reason is null then '1' else '2' end, known(m.answered_at),
    case when is_known(m.answered_at) then m.reason end, case when is_known(m.withdrawn_at) then 'Y' end, known(m.withdrawn_at),
    greatest(m.sent_at, known(m.read_at), known(m.answered_at), known(m.withdrawn_at))
from world.special_message as m join snap.registration as r using (registration_key) where is_known(m.sent_at);

create or replace table tax_registry."PK_YY" as
select 'YY' || b.period || lpad(r.registration_no::varchar, 7, '0') as "YYXH", r.department_code as "BMLY_DM", r.unit_no as "DWBH", r.source_system as "XTLY",
    tie.fee_registration_no as "SBDJXH", tie.taxpayer_key as "DJXH", b.period as "FKSSQ", b.agency_code as "JBJG_DM", b.bureau_code as "YYSWJG_DM",
    booked_at as "YYSJ", case when is_known(generated_at) then generated_code end as "SCBZ", known(generated_at) as "SCSJ",
    case when is_known(generated_at) then fail_reason end as "WSCYY", greatest(booked_at, known(generated_at)) as "GXSJ"
from world.booking as b join snap.registration as r using (registration_key) left join snap.tie using (registration_key)
where is_known(booked_at);

create or replace table tax_registry."YXT_DWHJ" as
select unit_no as "DWBH", name as "DWMC", uscc as "SHXYDM", agency_code as "JBJG_DM", district_code as "XZQH_DM", town_code as "JDXZ_DM",
    status_code as "HJZT_DM", ended_on as "ZZRQ", split_on as "BLRQ", imported_at as "DRSJ", imported_at as "GXSJ"
from world.old_unit where is_known(imported_at);

create or replace table tax_registry."YXT_DWXZ" as
select unit_no as "DWBH", kinds.code as "XZLX_DM", started_on as "CBKSRQ",
    case when kinds.code in ('04', '05', '06') then coalesce(medical_ended_on, ended_on) else ended_on end as "CBZZRQ",
    case when status_code <> '1' then '3' when kinds.code in ('04', '05', '06') and medical_ended_on is not null then '2' else '1' end as "CBZT_DM",
    imported_at as "DRSJ", imported_at as "GXSJ"
from world.old_unit
cross join (values ('01'), ('02'), ('03'), ('04'), ('05'), ('06')) as kinds(code)
where is_known(imported_at) and (kinds.code in ('01', '02', '03') or has_medical);

create or replace table snap.staff as
select r.registration_key, r.department_code, r.unit_no, r.source_system, p.person_key, p.id_number, p.name,
    case r.department_code when 'HRSS' then p.hrss_no else p.nhsa_no end as person_no, p.wage, r.sent_at,
    coalesce(getvariable('self_declared_from')[r.unit_type_code], getvariable('self_declared_from')['default']) as begins
from snap.registration as r join world.person as p using (employer_key)
where not r.is_project and r.sent_at is not null;

create or replace table tax_registry."YG_CSH" as
with initialised as (
    select staff.*,
        greatest(moment(begins - chance_int(registration_key, 'initialised', 2, 20), chance(registration_key, 'initialised at'), 540, 1020),
            sent_at + interval 1 day) as made_at
    from snap.staff
),
priced as (
    select *, cents(least(greatest(wage, getvariable('band_low')), getvariable('band_high'))
        * pow(1 + getvariable('wage_growth'), greatest(0, year(made_at) - getvariable('first_year') + case when month(made_at) >= 7 then 1 else 0 end))) as base
    from initialised
)
select department_code as "BMLY_DM", unit_no as "DWBH", source_system as "XTLY", person_no as "RYBH", id_number as "ZJHM", name as "XM",
    coalesce(c.base, priced.base) as "CSJS", made_at as "CSSJ", made_at as "GXSJ"
from priced left join world.roster_change as c using (registration_key, person_no)
where is_known(made_at) and (c.registration_key is null or c.base is not null);

create or replace table tax_registry."YG_ZJY" as
select change_no as "ZJXH", department_code as "BMLY_DM", unit_no as "DWBH", source_system as "XTLY", person_no as "RYBH", id_number as "ZJHM", name as "XM",
    kind_code as "ZJLX_DM", period as "SXNY", cents(least(greatest(wage, getvariable('band_low')), getvariable('band_high'))) as "JFJS",
    declared_at as "SBSJ", declared_at as "GXSJ"
from world.staff_change join snap.staff using (registration_key, person_key) where is_known(declared_at);

-- The old systems as they stood when they were switched off.
create or replace view snap.person_legacy as
select i.department_code, i.old_person_no, r.name, r.id_type_code,
    case when r.id_type_code = '201' and r.birth_date < date '1980-01-01' and chance(i.insured_key, 'old form of the id') < 0.08
        then substr(r.id_number, 1, 6) || substr(r.id_number, 9, 9) else r.id_number end as id_number,
    i.agency_code, old_town(i.town_code) as old_town_code, coalesce(k.old_kind_code, '0') as old_kind_code, i.insurance_code, i.enrolled_on,
    i.ended_on, i.suspended_on, i.benefits_on
from world.insured as i
join world.resident as r using (resident_key)
left join world.person_kind as k using (group_code)
where i.old_person_no is not null
union all
select department_code, old_person_no, name, id_type_code, id_number, agency_code, old_town(town_code), '0',
    case department_code when 'HRSS' then '10210' else '10212' end, date '2009-12-01' + chance_int(old_person_no, 'enrolled', 0, 3000), null, null, null
from world.legacy_oddity where kind_code <> 'unmapped';

create or replace table hrss_legacy."LRS_RYCB" as
select old_person_no as "GRBH", name as "XM", id_type_code as "ZJLX", id_number as "ZJHM", agency_code as "YAB003", old_town_code as "JDXZ_DM",
    old_kind_code as "RYLB_DM", case insurance_code when '10210' then '170' else '110' end as "XZ_DM", enrolled_on as "CBRQ",
    case when ended_on < date '2025-07-01' then '3' when benefits_on < date '2025-07-01' then '4' when suspended_on < date '2025-07-01' then '2'
        else '1' end as "CBZT",
    timestamp '2025-06-30 20:00:00' as "GXSJ"
from snap.person_legacy where department_code = 'HRSS';

create or replace table hrss_legacy."LRS_BHDZ" as
select old_person_no as "GRBH", person_no as "AAC001", source_system as "XTLY", timestamp '2025-07-01 06:00:00' as "GXSJ"
from world.person_file as f
where department_code = 'HRSS' and old_person_no is not null and is_known(timestamp '2025-07-01 06:00:00')
    and f.old_person_no not in (select o.old_person_no from world.legacy_oddity as o where o.kind_code = 'unmapped');

create or replace table nhsa_legacy."LYB_RYXX" as
select old_person_no as "RYBH", name as "XM", id_type_code as "ZJLX", id_number as "ZJHM", agency_code as "JBJG_DM", old_town_code as "JDXZ_DM",
    old_kind_code as "RYLB_DM", case insurance_code when '10212' then '390' else '310' end as "XZ_DM", enrolled_on as "CBRQ",
    timestamp '2021-12-31 20:00:00' as "GXSJ"
from snap.person_legacy where department_code = 'NHSA';

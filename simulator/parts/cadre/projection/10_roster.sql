-- Cadres, their imports, roster lines and matching runs.
create or replace table tax_cadre."GB_ZH" as
with known_wrong as (
    select cadre_no, max(case when attribute = 'id_number' then value end) as id_number, max(case when attribute = 'mobile' then value end) as mobile,
        max(case when attribute = 'village_code' then value end) as village_code
    from world.cadre_wrong where not is_known(corrected_at) group by cadre_no
),
corrected as (select cadre_no, max(known(corrected_at)) as corrected_at from world.cadre_wrong group by cadre_no)
select c.cadre_no as "CGXH", c.name as "CGXM", '201' as "SFZJLX_DM", coalesce(w.id_number, c.id_number) as "SFZJHM", coalesce(w.mobile, c.mobile) as "SJHM",
    v.district_code as "XZQHSZ_DM", substr(coalesce(w.village_code, c.village_code), 1, 9) as "JDXZ_DM", coalesce(w.village_code, c.village_code) as "CSQ_DM",
    v.bureau_code as "ZGSWJ_DM", c.post_code as "GWLB_DM", c.registered_at as "ZCSJ",
    case when is_known(c.approved_at) then '1' else '0' end as "SHZT_DM", known(c.approved_at) as "SHSJ",
    known(c.consent_at) as "TYSQSSJ", case when is_known(c.left_at) then '3' else '1' end as "ZHZT_DM", known(c.left_at) as "ZXSJ",
    greatest(c.registered_at, known(c.approved_at), known(c.consent_at), known(c.left_at), corrected.corrected_at) as "GXSJ"
from world.cadre as c
join village as v using (village_code)
left join known_wrong as w using (cadre_no)
left join corrected using (cadre_no)
where is_known(c.registered_at);

-- who is on a cadre's roster, and with which import for the first time
create or replace temp table roster as
select c.cadre_no, r.resident_key, r.resident_no, r.name, r.id_type_code, r.id_number, r.birth_date,
    chance(r.resident_key || c.nth, 'typed') as typed,
    case when chance(r.resident_key || c.nth, 'later') < getvariable('cadre_rosters_later_share') then 2 else 1 end as first_nth,
    least(r.died_on, r.moved_away_on, r.enlisted_on) + 90 as gone_on
from world.resident as r
join world.cadre_area as areas on areas.village_code = r.village_code
join world.cadre as c on c.cadre_no = areas.cadre_no
where chance(r.resident_key || c.nth, 'on the roster')
    < case when c.nth = 1 then getvariable('cadre_rosters_first_share') else getvariable('cadre_rosters_second_share') end;

create or replace temp table roster_import as
select roster.cadre_no, roster.resident_key, imports.import_no, imports.nth, imports.imported_at
from roster
join world.cadre_import as imports on imports.cadre_no = roster.cadre_no
    and imports.nth >= roster.first_nth and roster.birth_date < imports.imported_at::date - 60
    and (roster.gone_on is null or roster.gone_on > imports.imported_at::date)
where imports.fail_reason is null and is_known(imports.imported_at)
    and (imports.kept_share >= 1 or chance(roster.resident_key, 'kept') < imports.kept_share);

create or replace temp table roster_line as
with latest as (
    select cadre_no, resident_key, max_by(import_no, nth) as import_no, max(imported_at) as imported_at from roster_import group by all
),
runs as (  -- how far the persons of an import were matched, and when
    select import_no, max(done_share) as done_share, max_by(ended_at, done_share) as ended_at, min(ended_at) as first_ended_at
    from world.cadre_run where kind_code = '1' and state_code <> '3' and is_known(ended_at) group by import_no
)
select roster.*, latest.import_no, latest.imported_at,
    case when runs.done_share is null or chance(roster.resident_key, 'matched') >= runs.done_share then null
        else runs.ended_at end as matched_at,
    case when matched_at is null then '0'
        when typed < getvariable('cadre_rosters_wrong_id_share') then '2'
        when typed < getvariable('cadre_rosters_wrong_id_share') + getvariable('cadre_rosters_no_id_share') then '3' else '1' end as state_code
from roster
join latest using (cadre_no, resident_key)
left join runs using (import_no);

create or replace table tax_cadre."GB_DRMX" as
select lines.cadre_no as "CGXH", lines.resident_no as "MXXH", lines.import_no as "DRXH", lines.name as "XM",
    case when typed < getvariable('cadre_rosters_wrong_id_share') + getvariable('cadre_rosters_no_id_share')
        and typed >= getvariable('cadre_rosters_wrong_id_share') then null else lines.id_type_code end as "SFZJLX_DM",
    case when typed < getvariable('cadre_rosters_wrong_id_share')  -- one digit of the running number is another
            then substr(id_number, 1, 15) || ((substr(id_number, 16, 1)::int + 3) % 10)::varchar || substr(id_number, 17)
        when typed < getvariable('cadre_rosters_wrong_id_share') + getvariable('cadre_rosters_no_id_share') then null
        else id_number end as "SFZJHM",
    state_code as "PPZT_DM", case when state_code = '1' then persons.person_no end as "RYBH", matched_at as "PPSJ",
    greatest(imported_at, matched_at) as "GXSJ"
from roster_line as lines
left join (select resident_key, min(person_no) as person_no from world.insured
           where insurance_code = '10212' and place_no = 1 group by resident_key) as persons
    on persons.resident_key = lines.resident_key;

create or replace table tax_cadre."GB_DR" as
with counts as (select import_no, count(*) as number from roster_import group by import_no)
select imports.import_no as "DRXH", imports.cadre_no as "CGXH", imports.imported_at as "DRSJ",
    coalesce(counts.number, 0) as "DRTS", case when imports.fail_reason is null then '1' else '2' end as "DRZT_DM",
    imports.fail_reason as "SBYY"
from world.cadre_import as imports left join counts using (import_no)
where is_known(imports.imported_at);

create or replace table tax_cadre."GB_PP" as
with counts as (
    select import_no, count(*) as number,
        count(*) filter (where typed >= getvariable('cadre_rosters_wrong_id_share') + getvariable('cadre_rosters_no_id_share')) as good
    from roster_import join roster using (cadre_no, resident_key) group by import_no
)
select runs.run_no as "PPXH", runs.import_no as "DRXH", runs.cadre_no as "CGXH", runs.kind_code as "PPLX_DM", runs.booked_at as "YYSJ",
    known(runs.started_at) as "KSSJ", known(runs.ended_at) as "JSSJ", coalesce(counts.number, 0) as "ZTS",
    case when is_known(runs.ended_at) then floor(coalesce(counts.number, 0) * done_share)::int end as "CLTS",
    case when is_known(runs.ended_at) then floor(coalesce(counts.good, 0) * done_share)::int end as "PPTS",
    case when not is_known(runs.started_at) then '0' when not is_known(runs.ended_at) then '4' else runs.state_code end as "PPZT_DM",
    case when is_known(runs.ended_at) then runs.reason end as "SBYY",
    greatest(runs.booked_at, known(runs.started_at), known(runs.ended_at)) as "GXSJ"
from world.cadre_run as runs left join counts using (import_no)
where is_known(runs.booked_at);

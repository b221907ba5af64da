-- What the departments know about persons at the end of the business date.

create or replace macro read_flag(t, key) as
    case when t is not null then '1' when chance(key, 'flag') < 0.5 then '0' end;
create or replace macro change_code(kind) as
    case kind when 'dead' then '01' when 'enlisted' then '02' when 'moved' then '03' when 'suspended' then '04' when 'employed' then '05'
        when 'student' then '06' when 'benefits' then '07' when 'benefits_suspended' then '08' when 'merged' then '09'
        when 'flexible' then '10' end;
create or replace macro old_town(town_code) as
    case left(town_code, 6) when '450109' then '450121' when '450110' then '450122' when '450181' then '450127' else left(town_code, 6) end
    || substr(town_code, 7);
create or replace macro flagged(t) as case when is_known(t) then 'Y' end;

-- a fact of an enrolment that happened but is not registered yet is not known; `touched_at` is the last known movement
create or replace table snap.person_fact as
with facts as (
    select insured_key, kind_code, registered_at, sent_at from world.person_change
    union all
    select department_code || '|' || source_system || '|' || old_person_no || '|' || case department_code when 'HRSS' then '10210' else '10212' end,
        'merged', merged_at, sent_at
    from world.person_merge
)
select insured_key,
    bool_or(kind_code in ('dead', 'enlisted', 'moved', 'employed', 'student', 'merged', 'flexible') and not is_known(registered_at)) as end_pends,
    bool_or(kind_code in ('suspended', 'enlisted', 'employed') and not is_known(registered_at)) as suspension_pends,
    bool_or(kind_code = 'benefits' and not is_known(registered_at)) as benefits_pend,
    bool_or(kind_code = 'benefits_suspended' and not is_known(registered_at)) as stop_of_benefits_pends,
    max(greatest(known(registered_at), known(sent_at))) as touched_at
from facts group by insured_key;

create or replace view snap.person_enrolment as
select i.*, coalesce(i.old_person_no, '') as old_no,
    case when ended_on <= getvariable('as_of') and not coalesce(end_pends, false) then ended_on end as known_ended_on,
    case when suspended_on <= getvariable('as_of') and not coalesce(suspension_pends, false) then suspended_on end as known_suspended_on,
    case when benefits_on <= getvariable('as_of') and not coalesce(benefits_pend, false) then benefits_on end as known_benefits_on,
    case when benefits_suspended_on <= getvariable('as_of') and not coalesce(stop_of_benefits_pends, false) then benefits_suspended_on end
        as known_benefits_suspended_on,
    known(i.sent_at) as known_sent_at, known(i.read_at) as known_read_at, known(i.withdrawn_at) as known_withdrawn_at,
    greatest(i.created_at, known(i.sent_at), known(i.read_at), known(i.withdrawn_at), touched_at) as updated_at
from world.insured as i left join snap.person_fact using (insured_key)
where is_known(i.created_at);

create or replace view snap.person_base as
select f.*, r.sex_code, r.birth_date, r.mobile, r.address, coalesce(k.kind_code, '000') as person_kind_code, coalesce(k.old_kind_code, '0') as old_person_kind_code,
    case when corrected_at is not null and not is_known(corrected_at) then coalesce(previous_name, r.name) else coalesce(known_name, r.name) end as shown_name,
    case when corrected_at is not null and not is_known(corrected_at) then coalesce(previous_id_type_code, r.id_type_code)
        else coalesce(known_id_type_code, r.id_type_code) end as shown_id_type_code,
    case when corrected_at is not null and not is_known(corrected_at) then coalesce(previous_id_number, r.id_number)
        else coalesce(known_id_number, r.id_number) end as shown_id_number,
    coalesce(known(correction_sent_at), known(f.sent_at)) as latest_sent_at,
    case when is_known(correction_sent_at) then known(correction_read_at) else known(f.read_at) end as known_read_at,
    known(f.withdrawn_at) as known_withdrawn_at,
    greatest(f.created_at, known(corrected_at), known(f.sent_at), known(f.read_at), known(correction_sent_at), known(correction_read_at), known(f.withdrawn_at))
        as updated_at
from world.person_file as f
join world.resident as r using (resident_key)
left join world.person_kind as k using (group_code)
where is_known(f.created_at);

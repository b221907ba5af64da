"""In which insurances the residents are, under which numbers, what changes, and what tax is told."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator.params import choose_sql
from simulator.part import settings
from simulator.parts.resident.people import age_share, residents_of
from simulator.scale import VILLAGES

if TYPE_CHECKING:
    from simulator.world import World

PART = "resident"
HRSS_SYSTEM, NHSA_SYSTEM = "QYMS", "QYYB"

# person numbers: of the new systems and of the old ones, all from the running number; place 2 has its own range.
# A change is registered some days after it happened, sent that evening, read by tax the next working morning.
MACROS = """
create or replace macro spread_no(resident_no) as (resident_no * 7919 + 104729) % 1000000000;
create or replace macro person_number(department_code, resident_no, place_no) as
    case department_code when 'HRSS' then case place_no when 1 then '5' else '6' end || lpad(spread_no(resident_no)::varchar, 9, '0')
        else '4501' || case place_no when 1 then '9' else '8' end || lpad(spread_no(resident_no)::varchar, 15, '0') end;
create or replace macro old_person_number(department_code, resident_no, place_no) as
    case department_code when 'HRSS' then '10' else '20' end || case place_no when 1 then '0' else '1' end
        || lpad(((resident_no * 6101 + 31337) % 100000000)::varchar, 8, '0');
create or replace macro change_registered(key, kind, day) as
    moment(workday_after(greatest(day, tax_since()), case kind when 'dead' then chance_int(key, 'late news', 2, 45)
        when 'moved' then chance_int(key, 'late news', 1, 15) when 'benefits' then 0 else chance_int(key, 'late news', 1, 4) end),
        chance(key || kind, 'registered'), 540, 1020);
create or replace macro message_sent(key, registered) as moment(registered::date, chance(key, 'sent'), 1110, 1140);
create or replace macro message_read(key, registered) as moment(workday_after(registered::date, 1), chance(key, 'read'), 510, 600);
"""


def insure(world: "World", horizon: dt.date) -> None:
    """Temp table `cover`: a person number in an insurance; from it person_file, insured and person_change."""
    world.sql(f"create or replace macro tax_since() as date '{settings(PART)['tax_since']}'")
    world.sql(MACROS)
    _cover(world, horizon)
    _end(world, horizon)
    add_numbers(world, "cover")
    tell_changes(world, "cover", horizon)


def _cover(world: "World", horizon: dt.date) -> None:
    """Who is in what, since when."""
    p, scale = settings(PART), world.scale
    pension, flexible = p["pension"], p["flexible"]
    people = residents_of(scale)
    of_sixty = min(0.95, scale.pension * pension["sixty_share"] * pension["reach"] / (people * age_share(60, 120)))
    of_working = min(
        0.95, scale.pension * (1 - pension["sixty_share"]) * pension["reach"] / (people * age_share(16, 60))
    )
    tiers = choose_sql("chance(resident_key, 'tier')", {str(k): v for k, v in pension["tiers"].items()})
    bases = choose_sql("chance(resident_key, 'base')", {str(k): v for k, v in flexible["bases"].items()})
    world.sql(
        f"""
        create or replace temp table cover as
        with agencies as (
            select any_value(agency_code) filter (where level = 'city') as city, any_value(agency_code) filter (where level = 'region') as region
            from ref_agency
        ),
        people as (
            select person.* exclude (history_start), history_start, city,
                case when chance(resident_key, 'region agency') < {flexible["region_share"]} then region else city end as flexible_agency,
                birth_date + chance_int(resident_key, 'newborn', 15, 75) as after_birth,
                case when chance(resident_key, 'moved in') < 0.04 then history_start + chance_int(resident_key, 'moved in day', -700, 2500)
                    else date '2008-03-01' + chance_int(resident_key, 'enrolled', 0, 4000) end as usual_day,
                -- flexible workers: an old hand, or new within the history
                case when chance(resident_key, 'new flexible') < {flexible["new_share"]}
                    then history_start + chance_int(resident_key, 'flexible day', 0, 1400)
                    else greatest(date '2010-01-01', birth_date + 7700) + chance_int(resident_key, 'flexible day', 0, 4000) end as flexible_day,
                birth_date + 5844 + floor(pow(chance(resident_key, 'pension age'), 1.5) * 4000)::int as pension_day,
                case when chance(resident_key, 'came late') < 0.5 then desk.here_since else desk.first_day end as student_day
            from person cross join agencies left join desk using (resident_key)
        ),
        covered as (
            select people.*, 'NHSA' as department_code, '10212' as insurance_code, 1 as place_no,
                case when is_student then city else agency_code end as office,
                case when is_student then student_day else greatest(after_birth, usual_day) end as enrolled_on,
                case when is_student then desk.bureau_code else people.bureau_code end as at_bureau,
                case when is_student then desk.district_code else people.district_code end as at_district,
                case when is_student then desk.town_code else people.town_code end as at_town,
                case when is_student then desk.village_code else people.village_code end as at_village, null::date as end_on, null::varchar as end_why
            from people left join desk using (resident_key) where not is_flexible
            union all
            -- before school in the village, ended when the school took over
            select people.*, 'NHSA', '10212', 2, agency_code, greatest(after_birth, least(usual_day, date '2012-01-01')),
                people.bureau_code, people.district_code, people.town_code, people.village_code, student_day, 'student'
            from people where is_student and chance(resident_key, 'came from home') < {p["students"]["came_from_home_share"]}
            union all
            select people.*, 'HRSS', '10210', 1, agency_code, greatest(date '2010-06-01' + chance_int(resident_key, 'pension wave', 0, 900), pension_day),
                bureau_code, district_code, town_code, village_code, null, null
            from people
            where not is_flexible and not is_special and (not is_student or age > 18)
                and chance(resident_key, 'pension') < case when age >= 60 then {of_sixty:e} when age >= 15 then {of_working:e} else 0 end
            union all
            select people.*, 'NHSA', '10203L', 1, flexible_agency, flexible_day, bureau_code, district_code, town_code, village_code, null, null
            from people where is_flexible
            union all
            select people.*, 'HRSS', '10201L', 1, flexible_agency, flexible_day, bureau_code, district_code, town_code, village_code, null, null
            from people where is_flexible and chance(resident_key, 'flexible pension') < {flexible["pension_share"]}
            union all
            -- who became flexible without an employer before was in the residents' insurance, and may come back to it
            select people.*, 'NHSA', '10212', 1, agency_code, greatest(after_birth, usual_day), bureau_code, district_code, town_code, village_code,
                flexible_day, 'flexible'
            from people
            where is_flexible and flexible_day >= history_start and greatest(after_birth, usual_day) < flexible_day - 90
                and chance(resident_key, 'from employer') >= {flexible["from_employer_share"]}
            union all
            select people.*, 'NHSA', '10212', 1, agency_code, left_on + chance_int(resident_key, 'back', 5, 60), bureau_code, district_code, town_code,
                village_code, null, null
            from people
            where is_flexible and leaves = 'suspended' and left_on > flexible_day + 30 and chance(resident_key, 'comes back') < {flexible["back_share"]}
                and flexible_day < history_start
            union all
            -- a second number, from where the person lived before; merged since, or not yet
            select people.*, department, case department when 'HRSS' then '10210' else '10212' end, 2, h.agency_code,
                greatest(after_birth, least(usual_day, date '2021-06-01'), case department when 'HRSS' then pension_day + 30 else after_birth end),
                h.bureau_code, h.district_code, h.town_code, h.village_code,
                history_start + chance_int(people.resident_key || department, 'merged', -700, 2500), 'merged'
            from people cross join (values ('HRSS'), ('NHSA')) as departments(department)
            join home as h on h.village_no = 1 + floor(chance(people.resident_key, 'lived before') * {VILLAGES})::int
            where not is_student and not is_flexible and chance(people.resident_key || department, 'second number') < {p["second_numbers"]}
                and (department = 'NHSA' or age between 17 and 59 and chance(people.resident_key, 'pension') < {of_working:e} and not is_special)
        )
        select resident_key, resident_no, department_code, insurance_code, place_no, office as agency_code, at_bureau as bureau_code,
            at_district as district_code, at_town as town_code, at_village as village_code, birth_date, sex_code, history_start,
            enrolled_on, leaves, left_on, end_on, end_why, is_student, is_flexible,
            case when insurance_code = '10210' then {tiers}::decimal(16, 2) end as tier_amount,
            case when insurance_code in ('10201L', '10203L') then cents({bases}::double * {flexible["average_wage"]}) end as base_amount,
            case department_code when 'HRSS' then '{HRSS_SYSTEM}' else '{NHSA_SYSTEM}' end as source_system,
            person_number(department_code, resident_no, place_no) as person_no,
            case when enrolled_on < case department_code when 'HRSS' then date '{pension["cutover"]}' else date '{p["medical_cutover"]}' end
                then old_person_number(department_code, resident_no, place_no) end as old_person_no
        from covered
        where enrolled_on <= date '{horizon.isoformat()}' and not coalesce(leaves in ('dead', 'moved') and enrolled_on >= left_on - 30, false)
        """
    )


def _end(world: "World", horizon: dt.date) -> None:
    """What ends or rests when a person leaves, grows old, or goes to school."""
    day = f"date '{horizon.isoformat()}'"
    world.sql(
        f"""
        create or replace temp table cover as
        with left_after as (
            select * exclude (leaves, left_on),
                case when left_on > enrolled_on + 30 and left_on <= least({day}, coalesce(end_on, {day})) then leaves end as why,
                case when left_on > enrolled_on + 30 and left_on <= least({day}, coalesce(end_on, {day})) then left_on end as left_on,
                case when insurance_code in ('10210', '10201L') and birth_date + interval 60 year <= {day} then
                    greatest((last_day(birth_date + interval 60 year) + 1)::date, (last_day(enrolled_on + 30) + 1)::date) end as benefits_on
            from cover
        ),
        sorted_out as (
            select *,
                case when end_on <= least({day}, coalesce(left_on, {day})) then end_on
                    when why in ('dead', 'moved') or (why in ('enlisted', 'employed') and insurance_code <> '10210') then left_on end as ended_on,
                case when end_on <= least({day}, coalesce(left_on, {day})) then end_why
                    when why in ('dead', 'moved') or (why in ('enlisted', 'employed') and insurance_code <> '10210') then why end as end_reason_code,
                case when (why = 'suspended' or (why in ('enlisted', 'employed') and insurance_code = '10210'))
                    and (benefits_on is null or left_on < benefits_on) then left_on end as suspended_on,
                case when why = 'suspended' and left_on >= benefits_on then left_on end as benefits_suspended_on
            from left_after
        )
        select * exclude (left_on, benefits_on, end_on, end_why),
            department_code || '|' || source_system || '|' || person_no || '|' || insurance_code as insured_key,
            case when (ended_on is null or benefits_on < ended_on) and suspended_on is null and benefits_on <= {day} then benefits_on end as benefits_on
        from sorted_out
        """
    )


def add_numbers(world: "World", cover: str) -> None:
    """person_file and insured of the rows of a relation shaped like `cover`."""
    world.sql(
        f"""
        create or replace temp table messages as
        select *, workday_not_before(greatest(enrolled_on, tax_since() + chance_int(resident_key, 'first load', 0, 60))) as message_day,
            case when suspended_on is not null and (ended_on is null or suspended_on <= ended_on)
                    and (benefits_on is null or suspended_on < benefits_on) then 'suspended'
                when benefits_on is not null and (ended_on is null or benefits_on < ended_on) then 'benefits'
                else end_reason_code end as stop_kind,
            least(suspended_on, benefits_on, ended_on) as stop_on
        from {cover};

        insert into world.person_file by name
        with sent as (
            select *, moment(message_day, chance(insured_key, 'created'), 540, 1020) as created_at from messages
        )
        select department_code || '|' || source_system || '|' || person_no as file_key, resident_key, department_code, source_system, person_no,
            old_person_no, place_no, agency_code, bureau_code, district_code, town_code, village_code, created_at,
            message_sent(insured_key || 'base', created_at) as sent_at, message_read(insured_key, created_at) as read_at
        from (
            from sent where not is_flexible
            union all
            -- a number that is in two insurances, one after the other, has one file
            from sent where is_flexible qualify row_number() over (partition by department_code, person_no order by enrolled_on, insurance_code) = 1
        );

        insert into world.insured by name
        with sent as (
            select *, moment(message_day, chance(insured_key, 'created'), 540, 1020) as created_at,
                change_registered(insured_key, stop_kind, stop_on) as stop_registered_at
            from messages
        )
        select * exclude (message_day, stop_kind, stop_on, stop_registered_at, resident_no, birth_date, sex_code, history_start,
                why, is_student, is_flexible),
            message_sent(insured_key || 'base', created_at) + interval 12 minute as sent_at,
            message_read(insured_key, created_at) + interval 5 minute as read_at,
            message_read(insured_key || stop_kind, stop_registered_at) as stop_read_at
        from sent;

        insert into world.person_merge by name
        with merged as (
            select *, change_registered(insured_key, 'merged', ended_on) as merged_at from {cover} where end_reason_code = 'merged'
        )
        select department_code || '|' || person_no as merge_key, department_code, source_system, person_no as old_person_no,
            person_number(department_code, resident_no, 1) as new_person_no, resident_key, merged_at,
            message_sent(insured_key || 'merge', merged_at) as sent_at, message_read(insured_key || 'merged', merged_at) as read_at
        from merged
        """
    )


def tell_changes(world: "World", cover: str, horizon: dt.date) -> None:
    """person_change of the rows of a relation shaped like `cover`, for what happened in the history and shortly before."""
    p = settings(PART)
    years = p["leaving"]["years_before"]
    world.sql(
        f"""
        create or replace temp table happening as
        select *, end_reason_code as kind_code, ended_on as happened_on,
            case end_reason_code when 'flexible' then 5 else 1 end as kind_no
        from {cover} where ended_on is not null and end_reason_code <> 'merged'
        union all
        select *, case when why in ('enlisted', 'employed') then why else 'suspended' end, suspended_on, 2 from {cover} where suspended_on is not null
        union all
        select *, 'benefits', benefits_on, 3 from {cover} where benefits_on is not null
        union all
        select *, 'benefits_suspended', benefits_suspended_on, 4 from {cover} where benefits_suspended_on is not null;

        insert into world.person_change by name
        with registered as (
            select *, change_registered(insured_key, case when kind_no = 2 then 'suspended' else kind_code end, happened_on) as registered_at
            from happening
            where happened_on between history_start - {years * 365} and date '{horizon.isoformat()}'
        ),
        numbered as (
            select *, strftime(registered_at, '%Y%m%d') || lpad(resident_no::varchar, 8, '0') || place_no || kind_no as change_no from registered
        )
        select department_code || '|' || change_no as change_key, change_no, insured_key, resident_key, department_code, source_system, person_no,
            insurance_code, kind_code, happened_on, registered_at,
            message_sent(insured_key || kind_no, registered_at) as sent_at,
            message_read(insured_key || case when kind_no = 2 then 'suspended' else kind_code end, registered_at) as read_at
        from numbered
        """
    )

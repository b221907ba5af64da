"""Schools, and who learns where in which term."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator.part import settings

if TYPE_CHECKING:
    from simulator.part import Block
    from simulator.world import World

PART = "resident"
KIND_NAMES = ["小学", "初级中学", "高级中学", "职业技术学校", "职业技术学院"]


def found_schools(world: "World", block: "Block") -> None:
    """Temp table `campus`: all schools of the city, the same in every block; world.school keeps the block's own."""
    p = settings(PART)["students"]
    many = max(p["least_schools"], round(world.scale.students / p["persons_per_school"]))
    districts = ", ".join(f"'{code}'" for code in p["districts"])
    kinds = ", ".join(str(kind) for kind in p["kinds"])
    names = ", ".join(f"'{name}'" for name in KIND_NAMES)
    world.sql(
        f"""
        create or replace temp table campus as
        with numbered as (
            select n as school_no, 'X' || lpad(n::varchar, 6, '0') as school_code,
                ([{kinds}])[1 + (n - 1) % {len(p["kinds"])}]::varchar as kind_code,
                ([{districts}])[1 + ((n - 1) // {len(p["kinds"])}) % {len(p["districts"])}] as district_code
            from range(1, {many} + 1) as numbers(n)
        ),
        grounds as (
            select *, row_number() over (partition by district_code order by village_no) as i, count(*) over (partition by district_code) as many
            from home where is_community
        )
        select s.school_no, s.school_code, s.kind_code, s.district_code, g.village_no, g.village_code, g.town_code, g.town_name, g.bureau_code,
            '南宁市' || make_brand(school_code) || case when chance(school_code, 'number') < 0.5 then ''
                else '第' || (['一', '二', '三', '四', '五'])[1 + school_no % 5] end || ([{names}])[s.kind_code::int]
                || case when count(*) over (partition by make_brand(school_code), s.kind_code) > 1 then '（' || school_no || '号校区）' else '' end as name,
            row_number() over (partition by s.district_code, s.kind_code order by school_no) as place,
            count(*) over (partition by s.district_code, s.kind_code) as places
        from numbered as s
        join grounds as g on g.district_code = s.district_code and g.i = 1 + floor(chance(s.school_code, 'ground') * g.many)::int;

        insert into world.school by name
        select school_code, school_no, name, kind_code, village_no, district_code, town_code, village_code, bureau_code,
            make_uscc('12', district_code, body || org_check(body)) as uscc,
            make_person_name(school_code || 'contact') as contact_name, make_mobile(school_code || 'contact') as contact_phone
        from (select *, '7' || lpad(((school_no * 7919 + 104729) % 10000000)::varchar, 7, '0') as body from campus)
        where village_no between {block.first} and {block.last}
        """
    )


def choose_schools(world: "World") -> None:
    """Temp table `schooling`: every student's school at each level of age, and the school at the story's day."""
    anchor = f"date '{world.params.anchor.isoformat()}'"
    world.sql(
        f"""
        create or replace temp table level as
        select * from (values (0, 6, 12), (1, 12, 15), (2, 15, 18), (3, 18, 23)) as levels(level, first_age, last_age);

        create or replace temp table schooling as
        with kinds as (
            select p.resident_key, p.birth_date, l.level, p.district_code,
                -- of age on 1 September
                make_date(p.school_born + first_age, 9, 1) as from_day, make_date(p.school_born + last_age, 7, 10) as to_day,
                case l.level when 0 then '1' when 1 then '2' when 2 then case when chance(p.resident_key, 'vocational') < 0.4 then '4' else '3' end
                    else '5' end as kind_code
            from (select *, (extract(year from birth_date) + case when extract(month from birth_date) >= 9 then 1 else 0 end)::int as school_born
                from person) as p cross join level as l
            where p.is_student and p.age + 8 > l.first_age and p.age - 5 < l.last_age
        )
        select k.resident_key, k.level, k.from_day, k.to_day, c.school_code, c.town_code, c.village_code, c.bureau_code, c.district_code,
            {anchor} between k.from_day and k.to_day as is_present
        from kinds as k
        join campus as c on c.kind_code = k.kind_code and c.district_code = k.district_code
            and c.place = 1 + floor(chance(k.resident_key || k.kind_code, 'school') * c.places)::int;

        -- the school that the registration stands for: where the student is at the story's day, else the first one
        create or replace temp table desk as
        select resident_key, arg_min(school_code, (not is_present, from_day)) as school_code, arg_min(town_code, (not is_present, from_day)) as town_code,
            arg_min(village_code, (not is_present, from_day)) as village_code, arg_min(bureau_code, (not is_present, from_day)) as bureau_code,
            arg_min(district_code, (not is_present, from_day)) as district_code, min(from_day) as first_day, max(to_day) as last_day,
            arg_min(from_day, (not is_present, from_day)) as here_since
        from schooling group by resident_key
        """
    )


def attend(world: "World", horizon: dt.date) -> None:
    """world.student_term: one row a student and term, while the registration is valid."""
    p = settings(PART)["students"]
    first_year = int(world.scale.history_start[:4]) - 1
    rows = ", ".join(
        f"('{year}{letter}', date '{year}-{day}')"
        for year in range(first_year, horizon.year + 1)
        for letter, day in p["terms"]
    )
    world.sql(
        f"""
        create or replace temp table term as
        select * from (values {rows}) as terms(term_code, term_start)
        where term_start between month_first('{world.scale.history_start}') - 180 and date '{horizon.isoformat()}';

        insert into world.student_term by name
        select i.resident_key, i.person_no, s.school_code, t.term_code,
            1 + date_diff('year', s.from_day, t.term_start + 120) - case when t.term_code like '%S' then 1 else 0 end as grade,
            chance_int(i.resident_key || s.level, 'class', 1, 12) as class_no, t.term_start,
            moment(workday_after(t.term_start, chance_int(s.school_code || t.term_code, 'roster', 3, 15)),
                chance(i.resident_key || t.term_code, 'roster'), 540, 1020) as sent_at,
            null as read_at
        from world.insured as i
        join schooling as s using (resident_key)
        join term as t on t.term_start between s.from_day and s.to_day
        where i.insurance_code = '10212' and i.place_no = 1 and t.term_start >= i.enrolled_on
            and (i.ended_on is null or i.ended_on > t.term_start);

        update world.student_term set read_at = moment(workday_after(sent_at::date, 1), chance(person_no || term_code, 'read'), 510, 600);
        update world.resident set school_code = desk.school_code from desk where desk.resident_key = resident.resident_key
        """
    )

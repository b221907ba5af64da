"""What the departments price for single persons: months of flexible workers, large-amount medical, special payments; and corrections."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator.part import settings
from simulator.population import periods

if TYPE_CHECKING:
    from simulator.world import World

PART = "resident"
LARGE = "10299-05"  # large-amount medical among the employers' items


def price(world: "World", horizon: dt.date) -> None:
    """All dues of the block up to the horizon."""
    correct(world, horizon)
    paid_by_employers(world, horizon)
    flexible_months(world, horizon)
    special(world, horizon)


def correct(world: "World", horizon: dt.date) -> None:
    """Names and numbers that the department corrected within the history and told to tax; numbers of 15 digits."""
    p = settings(PART)
    world.sql(
        f"""
        create or replace temp table correction as
        select f.file_key, r.name, r.id_number, r.id_type_code,
            workday_not_before(month_first('{world.scale.history_start}') + chance_int(f.file_key, 'corrected', 10, 1500)) as day
        from world.person_file as f join world.resident as r using (resident_key)
        where chance(f.file_key, 'correction') < {p["corrections"]};
        delete from correction where day > date '{horizon.isoformat()}';

        update world.person_file as f set
            corrected_at = moment(c.day, chance(f.file_key, 'corrected at'), 540, 1020),
            correction_sent_at = message_sent(f.file_key || 'corrected', c.day::timestamp),
            correction_read_at = message_read(f.file_key || 'corrected', c.day::timestamp),
            previous_name = case when chance(f.file_key, 'what') < 0.6 then {other_name("f.file_key", "c.name")} end,
            previous_id_number = case when chance(f.file_key, 'what') >= 0.6 then {other_id("f.file_key", "c.id_number")} end
        from correction as c where c.file_key = f.file_key and f.sent_at < c.day;

        update world.person_file as f set known_id_number = substr(r.id_number, 1, 6) || substr(r.id_number, 9, 9)
        from world.resident as r
        where r.resident_key = f.resident_key and r.id_type_code = '201' and r.birth_date < date '1960-01-01'
            and chance(f.file_key, '15 digits') < {p["id15_share"]} and f.corrected_at is null
        """
    )


def other_name(key: str, name: str) -> str:
    """A name that differs in its last character."""
    choice = f"case right({name}, 1) when '英' then '瑛' when '华' then '桦' when '强' then '祥' when '明' then '鸣' else '英' end"
    return f"left({name}, length({name}) - 1) || case when chance({key}, 'spelling') < 0.5 then {choice} else right({name}, 1) || '宁' end"


def other_id(key: str, number: str) -> str:
    """A number of the same place and sequence with another birthday, check digit right; residence permits stay as they are."""
    day = f"(strptime(substr({number}, 7, 8), '%Y%m%d')::date + chance_int({key}, 'birthday', 3, 25))"
    return f"make_id(substr({number}, 1, 6), {day}, substr({number}, 15, 3)::int)"


def paid_by_employers(world: "World", horizon: dt.date) -> None:
    """Large-amount medical that an employer paid for the year in which the person became flexible, or the year before."""
    p = settings(PART)["flexible"]
    world.sql(
        f"""
        insert into world.large_payment by name
        with new as (
            select i.*, enrolled_on as since, case when chance(insured_key, 'same year') < 0.8 then 0 else 1 end as years_ago from world.insured as i
            where insurance_code = '10203L' and enrolled_on >= month_first('{world.scale.history_start}')
                and chance(resident_key, 'from employer') < {p["from_employer_share"]}
        )
        select insured_key, person_no, extract(year from since)::int - years_ago as insured_year, '1' as payer_code,
            '4501' || lpad((1 + 3 * (1 + floor(chance(insured_key, 'employer') * {world.scale.employers})::int) + 20000000)::varchar, 8, '0') as unit_no,
            {p["large_amount"]} as amount,
            workday_not_before(make_date(extract(year from since)::int - years_ago, 1, 8)) + chance_int(insured_key, 'paid', 0, 16) as paid_on
        from new where extract(month from since) > 1 or years_ago = 1
        """
    )


def flexible_months(world: "World", horizon: dt.date) -> None:
    """One due a month and insurance while it is valid; large-amount medical once a year, not when an employer has paid it."""
    p = settings(PART)["flexible"]
    months = ", ".join(f"'{period}'" for period in periods(world.scale.history_start, horizon))
    world.sql(
        f"""
        create or replace temp table due_month as
        select period, month_first(period) as first_day, workday_after(month_first(period) - 1, 1) as day_1,
            workday_after(month_first(period) - 1, 2) as day_2, workday_after(month_first(period) - 1, 3) as day_3,
            workday_after(month_first(period) - 1, 4) as day_4, substr(period, 1, 4)::int as year
        from (select unnest([{months}]) as period);

        create or replace temp table due as
        with valid as (
            select i.*, m.*, cents(i.base_amount * pow(1 + {p["growth"]}, m.year - 2024)) as base,
                case department_code when 'HRSS' then '4551' else '4552' end as head,
                r.resident_no, chance_int(i.insured_key || m.period, 'due day', 1, 3) as day_no
            from world.insured as i
            join world.resident as r using (resident_key)
            join due_month as m on m.first_day >= date_trunc('month', i.enrolled_on + 10)
            where i.insurance_code in ('10201L', '10203L') and i.place_no = 1
                and m.first_day < least(coalesce(i.ended_on, date '9999-01-01'), coalesce(i.suspended_on, date '9999-01-01'),
                    coalesce(i.benefits_on, date '9999-01-01'))
        ),
        lines as (
            select v.*, k.agency_item_code, cents(v.base * k.flexible_rate::double) as amount, '1' as kind
            from valid as v join ref_person_insurance as k using (insurance_code)
            union all
            -- once a year: with January's due, or with the first one
            select v.*, '330', {p["large_amount"]}, '2' from valid as v
            where insurance_code = '10203L' and (period like '%01' or first_day = date_trunc('month', enrolled_on + 10))
                and not exists (select 1 from world.large_payment as l where l.insured_key = v.insured_key and l.insured_year = v.year::varchar)
        )
        select *, case day_no when 1 then day_1 when 2 then day_2 else day_3 end as day,
            case day_no when 1 then day_2 when 2 then day_3 else day_4 end as next_day,
            head || period || lpad(resident_no::varchar, 8, '0') || kind as serial
        from lines;

        insert into world.flexible_due by name
        select department_code || '|' || serial as due_key, insured_key, department_code, serial as notice_serial, agency_item_code, period,
            base as base_amount, amount, moment(day, chance(serial, 'assessed'), 540, 1020) as assessed_at,
            moment(day, chance(serial, 'sent'), 1110, 1140) as sent_at,
            case when withdrawn then null else moment(next_day, chance(serial, 'read'), 510, 600) end as read_at,
            case when withdrawn then moment(day, chance(serial, 'withdrawn'), 1150, 1200) end as withdrawn_at
        from (select *, chance(serial, 'is withdrawn') < {settings(PART)["flexible_withdrawn"]} as withdrawn from due)
        """
    )


def special(world: "World", horizon: dt.date) -> None:
    """Special payments: back-pay at 60, other back-pay, arrears of flexible medical. Sent in the evening, on the platform next morning."""
    p = settings(PART)["specials"]
    low, high = p["back_years"]
    start = f"month_first('{world.scale.history_start}')"
    years = horizon.year - int(world.scale.history_start[:4]) + 1
    world.sql(
        f"""
        create or replace temp table priced as
        with people as (
            select i.*, r.resident_no, chance_int(i.insured_key, 'back years', {low}, {high}) as back_years,
                (last_day(r.birth_date + interval 60 year) + 1)::date as sixty_on
            from world.insured as i join world.resident as r using (resident_key)
            where i.place_no = 1
        ),
        yearly as (
            select people.*, n as year_no, {start} + (365 * n)::int + chance_int(insured_key || n, 'special day', 0, 364) as day
            from people cross join (select unnest(range({years})) as n)
            where insurance_code in ('10210', '10203L')
        ),
        cases as (
            select insured_key, department_code, insurance_code, resident_no, '1' as kind_code,
                sixty_on - chance_int(insured_key, 'before benefits', 5, 70) as day,
                tier_amount * back_years as amount, sixty_on - 365 * back_years as period_begin, sixty_on - 1 as period_end, 0 as year_no
            from people
            where insurance_code = '10210' and sixty_on >= {start} + 30 and enrolled_on < day - 60
                and day < least(coalesce(ended_on, day + 1), coalesce(suspended_on, day + 1))
                and chance(insured_key, 'back pay') < {p["retiring"]}
            union all
            select insured_key, department_code, insurance_code, resident_no, '2', day, tier_amount * (1 + back_years % 3),
                make_date(extract(year from day)::int - 1 - back_years % 3, 1, 1),
                make_date(extract(year from day)::int - 1, 12, 31), year_no
            from yearly
            where insurance_code = '10210' and chance(insured_key || year_no, 'other special') < {p["others"]} and day > enrolled_on + 90
                and day < least(coalesce(benefits_on, day + 1), coalesce(ended_on, day + 1), coalesce(suspended_on, day + 1))
            union all
            select insured_key, department_code, insurance_code, resident_no, '3', day, cents(base_amount * 0.085 * (1 + back_years % 6)),
                date_trunc('month', day - 31 * (1 + back_years % 6))::date, (date_trunc('month', day) - interval 1 day)::date, year_no
            from yearly
            where insurance_code = '10203L' and chance(insured_key || year_no, 'flexible special') < {p["flexible"]} and day > enrolled_on + 240
                and day < least(coalesce(ended_on, day + 1), coalesce(suspended_on, day + 1))
        )
        select *, case department_code when 'HRSS' then '4561' else '4562' end || strftime(day, '%Y%m') || lpad(resident_no::varchar, 8, '0')
                || kind_code as serial,
            moment(workday_not_before(day), chance(insured_key || kind_code || year_no, 'assessed'), 540, 1020) as assessed_at
        from cases where day between {start} and date '{horizon.isoformat()}';

        insert into world.special_due by name
        select department_code || '|' || serial as special_key, insured_key, department_code, serial as notice_serial, kind_code, amount, 0 as care_amount,
            period_begin, period_end, assessed_at, message_sent(serial, assessed_at) as sent_at,
            case when withdrawn then null else message_read(serial, assessed_at) end as read_at,
            case when withdrawn then null else message_read(serial, assessed_at) + interval 40 minute end as platform_at,
            case when withdrawn then moment(assessed_at::date, chance(serial, 'withdrawn'), 1150, 1200) end as withdrawn_at
        from (select *, chance(serial, 'is withdrawn') < {p["withdrawn"]} as withdrawn from priced)
        """
    )

"""Cadres of the block's villages, when they import their rosters and when these are matched."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator.part import Block, settings
from simulator.scale import VILLAGES

if TYPE_CHECKING:
    from simulator.world import World


def populate(world: "World", block: Block, horizon: dt.date) -> None:
    """Cadres, imports and matching runs: planned far ahead, whatever the horizon."""
    _cadres(world)
    _imports(world)
    _runs(world)


def _cadres(world: "World") -> None:
    """A cadre keeps a village; in a small city, where few people live in a village, the villages of a town."""
    p = settings("cadre")["cadres"]
    is_small = world.scale.residents < p["least_residents"] * VILLAGES
    # whose office keeps whom: the first village of the town in the order without sense, or each village itself
    kept_by = "min_by(village_code, village_no) over (partition by town_code)" if is_small else "village_code"
    world.sql(
        f"""
        create or replace temp table keeper as
        select {kept_by} as village_code, village_code as kept_village from village
        where village_code in (select village_code from world.resident);
        insert into world.cadre
        with manned as (
            select village_code, village_no, district_code from village
            where village_code in (select village_code from keeper) and chance(village_code, 'has a cadre') < {p["village_share"]}
                and village_code not in (select village_code from world.cadre)
        ),
        posts as (
            select *, 1 as nth from manned
            union all select *, 2 from manned where chance(village_code, 'second cadre') < {p["second_share"]}
        ),
        persons as (
            select *, 'CG' || village_code || nth as cadre_no, village_no * 4 + nth as cadre_number,
                moment(workday_not_before(date '{p["rollout"]}' + floor(pow(chance(village_code, 'joined'), 1.5) * {p["rollout_days"]})::int
                    + (nth - 1) * chance_int(village_code, 'second joined', 5, 200)), chance(cadre_no, 'registered'), 520, 1040) as registered_at
            from posts
        )
        select cadre_no, cadre_number, village_code, nth, make_person_name(cadre_no),
            make_id(district_code, date '1963-05-01' + ((cadre_number * 7919) % 12000)::int, 1 + (cadre_number // 12000) % 998),
            pick(['134', '147', '155', '166', '173', '175', '176', '178', '183', '184'], chance(cadre_no, 'prefix'))
                || lpad(((cadre_number * 9973 + 70001) % 100000000)::varchar, 8, '0'),
            case when nth = 2 then pick(['2', '2', '3'], chance(cadre_no, 'post')) else pick(['1', '1', '1', '2'], chance(cadre_no, 'post')) end,
            registered_at,
            moment(workday_after(registered_at, chance_int(cadre_no, 'approved', 1, 4)), chance(cadre_no, 'approved at'), 540, 1020) as approved_at,
            moment(approved_at::date + chance_int(cadre_no, 'signed', 1, 6), chance(cadre_no, 'signed at'), 500, 1260),
            case when chance(cadre_no, 'leaves') < {p["left_share"]}
                then moment(workday_not_before(registered_at::date + chance_int(cadre_no, 'left', 150, 700)), 0.5, 600, 900) end
        from persons;
        insert into world.cadre_area
        select c.cadre_no, k.kept_village from world.cadre as c join keeper as k using (village_code)
        where c.cadre_no not in (select cadre_no from world.cadre_area)
        """
    )


def _imports(world: "World") -> None:
    """The first roster soon after the signature, a new one in most autumns; who has left imports no more."""
    again = settings("cadre")["rosters"]["second_import_share"]
    world.sql(
        f"""
        insert into world.cadre_import
        with planned as (
            select cadre_no, left_at,
                moment(consent_at::date + chance_int(cadre_no, 'first import', 1, 9), chance(cadre_no, 'first import at'), 510, 1290) as planned_at
            from world.cadre
            union all
            select cadre_no, left_at,
                moment(make_date(autumn::int, 8, 25) + chance_int(cadre_no || autumn, 'import', 0, 30), chance(cadre_no || autumn, 'import at'), 510, 1290)
            from world.cadre cross join range(2024, 2030) as r(autumn)
            where consent_at::date + 30 < make_date(autumn::int, 8, 25) and chance(cadre_no || autumn, 'imports again') < {again}
        )
        select 'DR' || substr(cadre_no, 3) || n, cadre_no, n, planned_at, 1, null
        from (select *, row_number() over (partition by cadre_no order by planned_at) as n from planned where left_at is null or planned_at < left_at)
        where cadre_no not in (select cadre_no from world.cadre_import)
        """
    )


def _runs(world: "World") -> None:
    """Each import is matched: persons, payments, agreements, at once or in idle hours; in the season payments weekly again."""
    p = settings("cadre")
    runs, rosters = p["runs"], p["rosters"]
    world.sql(
        f"""
        create or replace temp table roster_size as
        select c.cadre_no, greatest(1, round(r.residents * case when c.nth = 1 then {rosters["first_share"]} else {rosters["second_share"]} end)) as size
        from world.cadre as c
        join (select a.cadre_no, count(*) as residents from world.cadre_area as a join world.resident as r on r.village_code = a.village_code
              group by a.cadre_no) as r using (cadre_no);

        create or replace temp table booked_run as
        with wanted as (
            select i.import_no, i.cadre_no, kind.code as kind_code, i.import_no || kind.code as stem,
                case when chance(stem, 'booked') < {runs["booked_share"]} or extract(hour from i.imported_at) >= 20
                    then moment(i.imported_at::date + case when extract(hour from i.imported_at) >= 20 then 1 else 0 end, chance(stem, 'booked at'), 1200, 1380)
                    else i.imported_at + to_minutes(5 + 20 * kind.code::int) end as booked_at
            from world.cadre_import as i cross join (values ('1'), ('2'), ('3')) as kind(code)
            where i.fail_reason is null
            union all
            select i.import_no, i.cadre_no, '2', i.import_no || 'W' || week,
                moment(i.imported_at::date + 7 * week::int, chance(i.import_no || week, 'weekly at'), 1210, 1400)
            from world.cadre_import as i cross join range(1, 17) as r(week)
            where i.fail_reason is null and extract(month from i.imported_at::date + 7 * week::int) between 9 and 12
                and chance(i.import_no || week, 'weekly') < {runs["weekly_share"]}
        )
        select wanted.*, booked_at + to_seconds(chance_int(stem, 'waits', 5, 600)) as started_at,
            started_at + to_seconds(20 + (size / {runs["lines_per_second"]})::int) as ended_at,
            kind_code = '1' and chance(stem, 'breaks off') < {runs["broken_share"]} as breaks
        from wanted join roster_size using (cadre_no)
        where import_no not in (select import_no from world.cadre_run);

        insert into world.cadre_run
        select 'PP' || substr(stem, 3) || '1', import_no, cadre_no, kind_code, booked_at, started_at,
            case when breaks then started_at + (ended_at - started_at) * 0.4 else ended_at end,
            case when breaks then '2' else '1' end, case when breaks then 0.4 else 1.0 end, case when breaks then '数据库连接中断' end
        from booked_run
        union all  -- run again at night
        select 'PP' || substr(stem, 3) || '2', import_no, cadre_no, kind_code,
            moment(started_at::date, chance(stem, 'again at'), 1381, 1400),
            moment(started_at::date, chance(stem, 'again at'), 1381, 1400) + interval 1 minute,
            moment(started_at::date, chance(stem, 'again at'), 1381, 1400) + interval 1 minute + least(ended_at - started_at, interval 30 minute),
            '1', 1.0, null
        from booked_run where breaks
        """
    )

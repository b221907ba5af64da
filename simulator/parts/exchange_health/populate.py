"""Beats, failed inserts, space and slow reads of every day, as the load of the hour makes them."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from simulator.engine import insert_rows
from simulator.params import choose_sql
from simulator.part import Block, settings
from simulator.plan import batch_days

if TYPE_CHECKING:
    from simulator.world import World


def populate(world: "World", block: Block, horizon: dt.date) -> None:
    """Measurements from a fixed day before the anchor to the horizon: what a longer horizon adds changes nothing before it."""
    p = settings("exchange_health")
    watched = p["watched_days"]
    first = world.params.anchor - dt.timedelta(days=int(watched.get(world.scale.name, watched["ci"])))
    insert_rows(world.con, "world.exchange_system", p["systems"])
    _days(world, p, first, horizon)
    _beats(world, p)
    _failures(world, p)
    _space(world, p)
    _slow_reads(world, p)


def _days(world: "World", p: dict[str, Any], first: dt.date, horizon: dt.date) -> None:
    """Temp tables of the days with their factor, and of the hours with theirs."""
    one, two = batch_days(world, "to_period(d)")
    days = p["days"]
    world.sql(
        f"""
        create or replace temp table watched_day as
        select d, is_workday(d) as worked,
            case when not is_workday(d) then {days["free"]}
                when workday_after(d, 2) > last_day(d) then {days["last_two"]}
                when d in ({one}, {two}) then {days["batch"]}
                when day(d) between 20 and 25 then {days["collecting"]} else 1 end
            * case when month(d) between 10 and 12 then {days["season"]} else 1 end as factor
        from (select unnest(generate_series(date '{first}', date '{horizon}', interval 1 day))::date as d);
        create or replace temp table hour_load as
        select unnest({p["hours"]}::double[]) as share, unnest(range(24))::int as hour;
        """
    )


def _beats(world: "World", p: dict[str, Any]) -> None:
    rest = p["maintenance"]
    world.sql(
        f"""
        insert into world.heartbeat
        with beats as (
            select s.system_code, s.normal_ms, s.connections, days.d, hours.share * days.factor as load,
                days.d::timestamp + to_minutes(hours.hour * 60 + step) as beat_at,
                s.system_code || strftime(days.d::timestamp + to_minutes(hours.hour * 60 + step), '%Y%m%d%H%M') as key,
                isodow(days.d) = {rest["weekday"]} and ceil(day(days.d) / 7.0) = {rest["week"]}
                    and hours.hour >= {rest["from_hour"]} and hours.hour < {rest["to_hour"]} as is_maintenance
            from world.exchange_system as s
            cross join watched_day as days
            cross join hour_load as hours
            cross join (select unnest(range(0, 60, {int(p["beat_minutes"])}))::int as step) as steps
        ),
        felt as (
            select *, is_maintenance or chance(key, 'blip') < {p["blip_share"]} as is_down,
                (normal_ms * (0.8 + 0.4 * chance(key, 'noise') + 0.55 * load * load
                    + case when chance(key, 'spike') < 0.01 * load then 3 * chance(key, 'spike height') else 0 end))::int as ms
            from beats
        )
        select system_code, beat_at, case when is_down then '3' when ms > normal_ms * {p["slow_factor"]} then '2' else '1' end,
            case when not is_down then ms end, case when is_down then 0 else (4 + connections * least(1.6, load) * (0.85 + 0.3 * chance(key, 'open')))::int end,
            case when is_down then 0 else least(94, 6 + 38 * load + 9 * chance(key, 'cpu')) end,
            case when is_down then 0 else least(97, 41 + 14 * load + 6 * chance(key, 'memory')) end, is_maintenance
        from felt
        """
    )


def _failures(world: "World", p: dict[str, Any]) -> None:
    """Failed batches: more on busy days; nearly all go in at the next try."""
    world.sql(
        "create or replace temp table watched_table (system_code varchar, table_name varchar, business_code varchar, rate double, batch int)"
    )
    insert_rows(world.con, "watched_table", p["tables"])
    world.sql("create or replace temp table insert_error (error_code varchar, words varchar)")
    insert_rows(world.con, "insert_error", [(code, words) for code, words, _ in p["errors"]])
    errors = choose_sql("chance(key, 'error')", {code: share for code, _, share in p["errors"] if share})
    world.sql(
        f"""
        insert into world.insert_failure
        with tries as (
            select t.*, d, factor, t.system_code || t.table_name || strftime(d, '%Y%m%d') || n as key, n
            from watched_table as t cross join watched_day cross join (select unnest(range(1, 4)) as n) as numbers
        ),
        failed as (
            select *, moment(d, chance(key, 'fail at'), 500, 1180) as failed_at from tries
            where chance(key, 'fails') < rate * factor * case n when 1 then 1 else 0.35 end
        )
        select 'CR' || strftime(d, '%Y%m%d') || system_code || table_name || n, system_code, table_name, business_code,
            strftime(d, '%Y%m%d') || case system_code when 'HRSS' then 'RS' else 'YB' end || lpad(chance_int(key, 'batch', 1, 40)::varchar, 2, '0'),
            failed_at, greatest(1, (batch * (0.2 + chance(key, 'rows')))::int), {errors}, 1 + chance_int(key, 'retries', 0, 2),
            failed_at + to_minutes(chance_int(key, 'recover', 6, 55))
        from failed
        """
    )


def _space(world: "World", p: dict[str, Any]) -> None:
    """Each morning's measurement: what was used grows with the load of the days; administrators extend in time."""
    extend = p["space"]
    world.sql(
        f"""
        insert into world.tablespace_day
        with grown as (
            select s.*, kinds.suffix, kinds.part, d, s.total_gb * kinds.part as base_gb,
                s.total_gb * kinds.part * s.used_share
                    + s.growth_gb * kinds.part * sum(days.factor) over (partition by s.system_code, kinds.suffix order by days.d) as used
            from world.exchange_system as s
            cross join (values ('DATA', 1.0), ('IDX', 0.35), ('TEMP', 0.12)) as kinds(suffix, part)
            cross join watched_day as days
        )
        select system_code, system_code || '_' || suffix, moment(d, chance(system_code || suffix, 'measured'), 360, 375),
            base_gb * pow(1 + {extend["extend_by"]}, greatest(0, ceil(ln(used / ({extend["extend_at"]} * base_gb)) / ln(1 + {extend["extend_by"]})))),
            used, suffix = 'TEMP'
        from grown
        """
    )


def _slow_reads(world: "World", p: dict[str, Any]) -> None:
    world.sql(
        """create or replace temp table watched_read (system_code varchar, table_name varchar, job varchar, threshold double, rate double,
        rows bigint, business_code varchar)"""
    )
    insert_rows(world.con, "watched_read", p["reads"])
    waits = "[" + ", ".join(f"'{wait}'" for wait in p["waits"]) + "]"
    world.sql(
        f"""
        insert into world.slow_read
        with tries as (
            select r.*, d, factor, r.system_code || r.table_name || strftime(d, '%Y%m%d') || hours.hour as key, hours.hour,
                hours.share * factor as load
            from watched_read as r cross join watched_day cross join hour_load as hours where hours.hour between 7 and 21
        )
        select 'MC' || strftime(d, '%Y%m%d') || lpad(hour::varchar, 2, '0') || system_code || table_name, system_code, table_name, job,
            moment(d, chance(key, 'began'), hour * 60, hour * 60 + 59), threshold * (1.05 + 1.6 * load * pow(chance(key, 'slowness'), 3)), threshold,
            greatest(1, (rows * load * (0.5 + chance(key, 'rows')))::bigint), pick({waits}, chance(key, 'wait'))
        from tries where chance(key, 'slow') < rate * load * load / 6
        """
    )

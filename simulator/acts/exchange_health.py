"""Acts on the exchange systems: a connection lost for hours, a tablespace that fills up, inserts that fail, reads that crawl."""

from simulator.acts.registry import act, record
from simulator.world import DateOrSql, World, date_sql, moment_sql

RULES = {"1": "A13.2", "2": "A13.3"}  # failures of registration tables and of bill tables
# Systems that come after the transfer: neither registrations nor bills pass through them.
BESIDE = "('LEVY', 'TIPS')"


@act("system")
def connection_lost(
    world: World,
    scope: str,
    *,
    since: DateOrSql,
    until: DateOrSql,
    alarm: bool = True,
    near: str = "within the agreed time",
) -> None:
    """Nobody reaches the systems between two moments; alarm: long enough to be told."""
    world.sql(
        f"""
        update world.heartbeat set state_code = '3', response_ms = null, connection_count = 0, cpu_share = 0, memory_share = 0
        where system_code in (select key from {scope}) and beat_at >= {moment_sql(since)} and beat_at < {moment_sql(until)}
        """
    )
    _note_trouble(world, "connection_lost", scope, since, until, alarm, near)


def _note_trouble(
    world: World, name: str, scope: str, since: DateOrSql, until: DateOrSql, alarm: bool, near: str
) -> None:
    """A trouble of a system is seen on its days; of a system beside the way of registrations and bills it is not theirs."""
    subjects = f"select key || '|' || strftime({date_sql(since)}, '%Y-%m-%d') from {scope} where key not in {BESIDE}"
    beside = subjects.replace("key not in", "key in")
    for rule_id in RULES.values():
        if alarm:
            record(
                world,
                rule_id,
                name,
                f"select *, {date_sql(since)}, {date_sql(since)}, {date_sql(until)} + 1 from ({subjects})",
            )
        else:
            world.note_near_miss(rule_id, subjects, near)
        world.note_near_miss(rule_id, beside, "neither registrations nor bills pass through this system")


@act("system")
def responses_slow(
    world: World,
    scope: str,
    *,
    since: DateOrSql,
    until: DateOrSql,
    factor: float = 6.0,
    alarm: bool = True,
    near: str = "slow for a short time",
) -> None:
    """The systems answer, and slowly; alarm: long enough to be told."""
    world.sql(
        f"""
        update world.heartbeat set state_code = '2', response_ms = (response_ms * {factor})::int, cpu_share = least(99, cpu_share + 35)
        where system_code in (select key from {scope}) and beat_at >= {moment_sql(since)} and beat_at < {moment_sql(until)} and response_ms is not null
        """
    )
    _note_trouble(world, "responses_slow", scope, since, until, alarm, near)


@act("table")
def inserts_fail(
    world: World, scope: str, *, since: DateOrSql, error: str, batches: int = 4, until: DateOrSql | None = None
) -> None:
    """Batch after batch cannot be inserted into the tables (system|table) from a moment; they go in when that is healed."""
    world.sql(
        f"""
        create or replace temp table failing as
        select 'CX' || strftime({moment_sql(since)}, '%Y%m%d') || t.system_code || t.table_name || n as failure_no, t.system_code, t.table_name,
            t.business_code, strftime({moment_sql(since)}, '%Y%m%d') || 'X' || lpad(n::varchar, 2, '0') as batch_no,
            {moment_sql(since)} + to_minutes((n - 1) * 20) as failed_at, (t.batch * (0.6 + 0.1 * n))::int as row_count
        from watched_table as t cross join (select unnest(range(1, {batches} + 1))::int as n) as numbers
        where t.system_code || '|' || t.table_name in (select key from {scope});
        insert into world.insert_failure
        select failure_no, system_code, table_name, business_code, batch_no, failed_at, row_count, '{error}', 5, {moment_sql(until)} from failing;
        """
    )
    for business, rule_id in RULES.items():
        record(
            world, rule_id, "inserts_fail",
            f"""select failure_no, failed_at::date, failed_at::date, {date_sql(until)} from failing where business_code = '{business}'""",
        )  # fmt: skip


@act("tablespace")
def space_runs_out(
    world: World, scope: str, *, since: DateOrSql, until: DateOrSql, share: float = 0.97, alarm: float = 0.9
) -> None:
    """From a day the tablespaces (names) grow faster, and nobody extends them before a later day."""
    world.sql(
        f"""
        create or replace temp table filling as
        select t.*, first_value(t.total_gb) over w as old_total, first_value(t.used_gb) over w as old_used,
            (t.measured_at::date - {date_sql(since)})::double / greatest(1, {date_sql(until)} - {date_sql(since)} - 1) as way
        from world.tablespace_day as t
        where t.tablespace_name in (select key from {scope}) and t.measured_at::date >= {date_sql(since)}
        window w as (partition by t.tablespace_name order by t.measured_at);
        update world.tablespace_day set
            used_gb = f.old_used + ({share} * f.old_total - f.old_used) * least(1, f.way) + greatest(0, f.way - 1) * 2,
            total_gb = case when f.measured_at::date < {date_sql(until)} then f.old_total else f.old_total * 1.2 end
        from filling as f
        where f.tablespace_name = tablespace_day.tablespace_name and f.measured_at = tablespace_day.measured_at;
        """
    )
    for rule_id in RULES.values():
        record(
            world, rule_id, "space_runs_out",
            f"""select system_code || '|' || tablespace_name, min(measured_at)::date, min(measured_at)::date, {date_sql(until)}
            from world.tablespace_day where tablespace_name in (select key from {scope}) and measured_at::date < {date_sql(until)}
                and used_gb > {alarm} * total_gb and not is_autoextend and system_code not in {BESIDE} group by 1""",
        )  # fmt: skip


@act("table")
def reads_crawl(world: World, scope: str, *, on: DateOrSql, times: float) -> None:
    """The job that reads the tables (system|table) takes many times its threshold on a day."""
    world.sql(
        f"""
        create or replace temp table crawling as
        select 'MX' || strftime({moment_sql(on)}, '%Y%m%d') || system_code || table_name as read_no, system_code, table_name, job,
            {moment_sql(on, "09:20:00")} as began_at, threshold * {times} as elapsed, threshold, rows, business_code
        from watched_read where system_code || '|' || table_name in (select key from {scope});
        insert into world.slow_read
        select read_no, system_code, table_name, job, began_at, elapsed, threshold, rows * 2, 'db file scattered read' from crawling;
        """
    )
    for business, rule_id in RULES.items():
        record(
            world, rule_id, "reads_crawl",
            f"select read_no, {date_sql(on)}, {date_sql(on)}, {date_sql(on)} + 1 from crawling where business_code = '{business}'",
        )  # fmt: skip

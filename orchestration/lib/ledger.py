"""The findings' life: opened, changed, resolved, reopened, told from events that can be repeated for any day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from orchestration.lib import movement
from orchestration.lib.contract import Table
from orchestration.lib.rules import Rule
from orchestration.lib.warehouse import transaction

LEADING: dict[str, str] = {
    "subject_type": "varchar",
    "department_code": "varchar",
    "bureau_code": "varchar",
    "agency_code": "varchar",
    "town_code": "varchar",
    "insurance_code": "varchar",
    "period": "varchar",
    "amount": "decimal(18, 2)",
    "reason_code": "varchar",
    "since_date": "date",
    "age_workdays": "integer",
    "evidence": "varchar",
    "registration_key": "varchar",
    "bill_key": "varchar",
    "taxpayer_key": "varchar",
    "agreement_key": "varchar",
    "unit_name": "varchar",
}
# What a leading column is called in models that are not rules but have findings too.
SYNONYMS = {"reason_code": ("cause_code",), "amount": ("difference",)}
# A finding has changed when one of these has; ages and sentences change every day by themselves.
WATCHED = ("department_code", "bureau_code", "agency_code", "insurance_code", "period", "amount", "reason_code")

CHECKED, NOT_CHECKED = "checked", "not_checked"
RULE_CHANGED = "rule_changed"


@dataclass(frozen=True)
class RuleOutcome:
    """Whether a rule was proven run on inputs that had arrived, and if not, why."""

    rule: Rule
    status: str
    reason: str | None


def decide(
    rules: Sequence[Rule],
    node_status: Mapping[str, str],
    table_status: Mapping[tuple[str, str], str],
) -> list[RuleOutcome]:
    """Judge each rule from its own build result and the state of the tables that it reads."""
    outcomes = []
    for rule in rules:
        built = node_status.get(rule.unique_id)
        late = sorted(f"{s}.{t}" for s, t in rule.sources if table_status.get((s, t)) != "fresh")
        if built is None:
            outcomes.append(RuleOutcome(rule, NOT_CHECKED, "not_run"))
        elif built == "skipped":
            outcomes.append(RuleOutcome(rule, NOT_CHECKED, "upstream_failed"))
        elif built != "success":
            outcomes.append(RuleOutcome(rule, NOT_CHECKED, "rule_failed"))
        elif late:
            outcomes.append(RuleOutcome(rule, NOT_CHECKED, "table_late: " + ", ".join(late)))
        else:
            outcomes.append(RuleOutcome(rule, CHECKED, None))
    return outcomes


def table_status(
    con: duckdb.DuckDBPyConnection, tables: Sequence[Table], now: dt.datetime
) -> dict[tuple[str, str], str]:
    """How current each raw table is: fresh, late, mismatch, or stale when its last sync is older than declared."""
    hours = {(t.source, t.name): t.warn_after_hours for t in tables}
    found = {}
    for source, name, status, synced_at in con.execute(
        "select source_name, table_name, status, synced_at from ops.freshness"
    ).fetchall():
        limit = hours.get((source, name))
        too_old = limit is not None and synced_at is not None and now - synced_at > dt.timedelta(hours=limit)
        found[source, name] = "stale" if status == "fresh" and too_old else status
    return found


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Create the ledger's tables."""
    columns = ", ".join(f"{name} {data_type}" for name, data_type in LEADING.items())
    con.execute("create schema if not exists ledger")
    con.execute(
        "create table if not exists ledger.finding_event (as_of date, rule_id varchar, subject_key varchar,"
        f" event varchar, checksum varchar, detail varchar, run_id varchar, {columns})"
    )
    con.execute(
        f"create table if not exists ledger.sighting (as_of date, rule_id varchar, subject_key varchar,"
        f" checksum varchar, {columns})"
    )
    con.execute(
        "create table if not exists ledger.finding (finding_id varchar, rule_id varchar, subject_key varchar,"
        f" {columns}, state varchar, first_seen date, last_seen date, resolved_on date, reopened_count integer)"
    )
    con.execute("create table if not exists ledger.origin (identity varchar)")
    movement.create(con)


def _same_world(con: duckdb.DuckDBPyConnection, identity: str) -> None:
    """Another simulated world has other subjects: its ledger starts empty."""
    row = con.execute("select identity from ledger.origin").fetchone()
    if row is not None and row[0] == identity:
        return
    if row is not None:
        con.execute("delete from ledger.finding_event")
        con.execute("delete from ledger.sighting")
        con.execute("delete from ledger.finding")
        con.execute(f"delete from {movement.TABLE}")
        con.execute("delete from ops.rule_run")
    con.execute("delete from ledger.origin")
    con.execute("insert into ledger.origin values (?)", [identity])


def _columns_of(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], set[str]]:
    """Columns of every table, by schema and table: asked once, not once a rule."""
    found: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in con.execute(
        "select schema_name, table_name, lower(column_name) from duckdb_columns()"
        " where database_name = current_database() and not internal"
    ).fetchall():
        found.setdefault((schema, table), set()).add(column)
    return found


def _read_sightings(con: duckdb.DuckDBPyConnection, rule: Rule, found: set[str], as_of: dt.date) -> int:
    """Take a rule's rows as today's sightings; the leading columns are found by name."""
    if "subject_key" in found:
        key = "cast(subject_key as varchar)"
    elif rule.subject_key:
        parts = ", ".join(f"coalesce(cast(\"{c}\" as varchar), '')" for c in rule.subject_key)
        key = f"concat_ws('|', {parts})"
    else:
        raise ValueError(f"{rule.model} feeds the ledger but has neither subject_key nor meta.subject_key")
    values = []
    for name, data_type in LEADING.items():
        own = next((c for c in (name, *SYNONYMS.get(name, ())) if c in found), None)
        if own:
            values.append(f'cast("{own}" as {data_type}) as {name}')
        elif name == "subject_type":
            values.append(f"'{rule.subject.split(',')[0].strip()}' as subject_type")
        else:
            values.append(f"cast(null as {data_type}) as {name}")
    chosen = f' where "{rule.ledger_where}"' if rule.ledger_where else ""
    watched = ", ".join(f"coalesce(cast({name} as varchar), chr(30))" for name in WATCHED)
    con.execute("delete from ledger.sighting where rule_id = ?", [rule.rule_id])
    row = con.execute(
        f"insert into ledger.sighting by name select ?::date as as_of, ? as rule_id, *,"
        f" left(sha256(concat_ws(chr(31), {watched})), 16) as checksum"
        f" from (select {key} as subject_key, {', '.join(values)} from {rule.relation}{chosen})"
        " qualify row_number() over (partition by subject_key order by reason_code, amount) = 1",
        [as_of, rule.rule_id],
    ).fetchone()
    return int(row[0]) if row else 0


def _forget(con: duckdb.DuckDBPyConnection, rule: Rule) -> int:
    """A list's rows are counted and have no life; what it left when it was a rule with findings goes."""
    con.execute("delete from ledger.finding_event where rule_id = ?", [rule.rule_id])
    con.execute("delete from ledger.sighting where rule_id = ?", [rule.rule_id])
    row = con.execute(f"select count(*) from {rule.relation}").fetchone()
    return int(row[0]) if row else 0


def _previous_checksum(con: duckdb.DuckDBPyConnection, rule_id: str, as_of: dt.date) -> str | None:
    row = con.execute(
        "select checksum from ops.rule_run where rule_id = ? and as_of < ? and status = 'checked'"
        " order by as_of desc limit 1",
        [rule_id, as_of],
    ).fetchone()
    return row[0] if row else None


def _write_events(con: duckdb.DuckDBPyConnection, rule: Rule, as_of: dt.date, run_id: str, *, resolve: bool) -> None:
    """Compare today's sightings with what the events before today say."""
    payload = ", ".join(LEADING)
    con.execute(
        "create or replace temp table _last as select * from ledger.finding_event where rule_id = ?"
        " qualify row_number() over (partition by subject_key order by as_of desc) = 1",
        [rule.rule_id],
    )
    names = ("bureau_code", "agency_code", "insurance_code", "period", "amount", "reason_code")
    changes = ", ".join(
        f"case when s.{n} is distinct from l.{n} then '{n}: ' || coalesce(cast(l.{n} as varchar), '空')"
        f" || ' → ' || coalesce(cast(s.{n} as varchar), '空') end"
        for n in names
    )
    con.execute(
        f"insert into ledger.finding_event by name"
        f" select s.as_of, s.rule_id, s.subject_key,"
        " case when l.event is null then 'opened' when l.event = 'resolved' then 'reopened' else 'changed' end as event,"
        " s.checksum,"
        f" case when l.event is not null and l.event <> 'resolved' then concat_ws('；', {changes}) end as detail,"
        f" ? as run_id, {', '.join('s.' + n for n in LEADING)}"
        " from ledger.sighting s left join _last l on l.subject_key = s.subject_key"
        " where s.rule_id = ? and (l.event is null or l.event = 'resolved' or l.checksum <> s.checksum)",
        [run_id, rule.rule_id],
    )
    if resolve:
        con.execute(
            "insert into ledger.finding_event by name"
            f" select ?::date as as_of, rule_id, subject_key, 'resolved' as event, checksum, null as detail,"
            f" ? as run_id, {payload} from _last l where l.event <> 'resolved' and not exists"
            " (select 1 from ledger.sighting s where s.rule_id = l.rule_id and s.subject_key = l.subject_key)",
            [as_of, run_id],
        )


def record(
    con: duckdb.DuckDBPyConnection,
    outcomes: Sequence[RuleOutcome],
    *,
    as_of: dt.date,
    run_id: str,
    identity: str = "",
) -> None:
    """Write one day's events for these rules; a repetition of the day replaces what it wrote before."""
    create(con)
    columns = _columns_of(con)
    with transaction(con):
        _same_world(con, identity)
        for outcome in outcomes:
            rule = outcome.rule
            con.execute("delete from ledger.finding_event where rule_id = ? and as_of >= ?", [rule.rule_id, as_of])
            con.execute("delete from ops.rule_run where rule_id = ? and as_of >= ?", [rule.rule_id, as_of])
            rows: int | None = None
            reason = outcome.reason
            if outcome.status == CHECKED:
                before = _previous_checksum(con, rule.rule_id, as_of)
                changed = before is not None and before != rule.checksum
                if rule.ledger:
                    reason = RULE_CHANGED if changed else None
                    rows = _read_sightings(con, rule, columns.get((rule.schema, rule.model), set()), as_of)
                    _write_events(con, rule, as_of, run_id, resolve=not changed)
                else:
                    rows = _forget(con, rule)
            con.execute(
                "insert into ops.rule_run values (?, ?, ?, ?, ?, ?, ?)",
                [as_of, run_id, rule.rule_id, outcome.status, reason, rows, rule.checksum],
            )
        movement.derive(con, [o.rule.rule_id for o in outcomes if o.rule.kind == "reconciliation"], as_of)
        _derive_findings(con)


def _derive_findings(con: duckdb.DuckDBPyConnection) -> None:
    """State of every finding, from the events, the rules' runs and the latest sightings alone."""
    payload = ", ".join(
        f"case when s.subject_key is not null then s.{name} else e.{name} end as {name}" for name in LEADING
    )
    con.execute("delete from ledger.finding")
    con.execute(
        "insert into ledger.finding by name"
        " with latest_run as ("
        "  select rule_id, max_by(status, as_of) as status, max(as_of) as as_of from ops.rule_run group by rule_id"
        " ), last_event as ("
        "  select * from ledger.finding_event"
        "  qualify row_number() over (partition by rule_id, subject_key order by as_of desc) = 1"
        " ), history as ("
        "  select rule_id, subject_key, min(as_of) as first_seen,"
        "   count(case when event = 'reopened' then 1 end)::integer as reopened_count,"
        "   max(case when event <> 'resolved' then as_of end) as last_event_seen"
        "  from ledger.finding_event group by rule_id, subject_key"
        " ), checked as ("
        "  select rule_id, as_of from ops.rule_run where status = 'checked' and reason is null"
        " ), seen as ("
        "  select e.rule_id, e.subject_key, max(c.as_of) as last_checked"
        "  from last_event e join checked c on c.rule_id = e.rule_id"
        "   and (e.event <> 'resolved' or c.as_of < e.as_of)"
        "  group by e.rule_id, e.subject_key"
        " )"
        f" select left(sha256(e.rule_id || '|' || e.subject_key), 16) as finding_id, e.rule_id, e.subject_key, {payload},"
        " case when e.event = 'resolved' then 'resolved'"
        "  when r.status = 'checked' and s.subject_key is not null then 'open' else 'not_checked' end as state,"
        " h.first_seen,"
        " case when e.event <> 'resolved' and s.subject_key is not null then s.as_of"
        "  else greatest(h.last_event_seen, coalesce(n.last_checked, h.last_event_seen)) end as last_seen,"
        " case when e.event = 'resolved' then e.as_of end as resolved_on, h.reopened_count"
        " from last_event e"
        " join history h on h.rule_id = e.rule_id and h.subject_key = e.subject_key"
        " left join seen n on n.rule_id = e.rule_id and n.subject_key = e.subject_key"
        " left join latest_run r on r.rule_id = e.rule_id"
        # A condition on one side alone would make DuckDB compare each event with each sighting.
        " left join ledger.sighting s on s.rule_id = e.rule_id"
        "  and s.subject_key = case when e.event <> 'resolved' then e.subject_key end"
    )

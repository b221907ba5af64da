"""Write, audit, publish: a new masked snapshot file, and only then the pointer to it."""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from common import keys, paths
from orchestration.lib import dictionary, masking, privacy, roster_match, runtime, vault, warehouse
from orchestration.lib.contract import PERSONAL_DATA, Table
from orchestration.lib.dbt_cli import meta_of
from orchestration.lib.rules import Rule, project_vars, upstream_sources
from orchestration.lib.sources.base import literal

KEEP = 7
# Classes of the keys by which marts of single persons are looked up: their own text, or a person number.
LOOKUP_KEYS = ("id_number", "person_no")
SNAPSHOT = "snap"
LEDGER_TABLES = ("finding", "finding_event", "break_movement")
OPS_TABLES = (
    "run",
    "sync_table",
    "quarantine",
    "check_result",
    "rule_run",
    "freshness",
    "snapshot",
    "patrol",
    "alert_log",
    "disk",
    "roster_run",
    "roster_count",
)
# dbt variable: rows up to which a pure extract goes into a snapshot; said of one that does not.
LIST_ROWS = "publish_list_rows"
EXTRACT_ONLY = "extract_only"
SORT_FIRST = ("bureau_code", "period")
# The keys that open findings are looked up by, other than their rule.
OWNER_KEYS = ("registration_key", "taxpayer_key", "subject_key")
RULE_TABLE = (
    "rule_id varchar, sort_order integer, model_name varchar, kind varchar, rule_kind varchar, ledger boolean,"
    " chapter varchar, chapter_title varchar, title varchar, description varchar, cadence varchar, severity varchar,"
    " section varchar, subject varchar, next_step varchar, parameters varchar, reasons varchar, requirements varchar,"
    " columns varchar, list_columns varchar, open_count bigint, new_count bigint, resolved_count bigint,"
    " row_count bigint, last_checked date, status varchar, status_reason varchar"
)
LIST_COUNT_TABLE = "rule_id varchar, bureau_code varchar, town_code varchar, row_count bigint, amount decimal(18, 2)"
SOURCE_TABLE = "model_name varchar, source_name varchar, table_name varchar, title varchar, warn_after_hours integer"


class PublishError(RuntimeError):
    """The snapshot was not published; the one before stays."""


@dataclass(frozen=True)
class Published:
    """The snapshot that readers now see."""

    snapshot_id: str
    file: Path
    tables: int
    rows: int
    bytes: int
    vault_values: int


def published_models(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Models that go into a snapshot: everything under marts that does not say publish: false."""
    nodes = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and str(node["path"]).replace("\\", "/").startswith("marts/")
        and meta_of(node).get("publish") is not False
        and node["config"].get("materialized") != "ephemeral"
    ]
    return sorted(nodes, key=lambda n: n["name"])


def personal_columns(node: Mapping[str, Any]) -> dict[str, str]:
    """Column → class of personal data, as the model's YAML declares."""
    found = {}
    for column in node["columns"].values():
        kind = meta_of(column).get("personal_data")
        if kind is not None:
            if kind not in PERSONAL_DATA:
                raise PublishError(f"{node['name']}.{column['name']}: unknown personal_data {kind!r}")
            found[column["name"].lower()] = kind
    return found


def lookup_columns(node: Mapping[str, Any]) -> dict[str, str]:
    """Column → class of the keys that a mart is looked up by: published as a keyed token and nothing else."""
    found = {}
    for column in node["columns"].values():
        kind = meta_of(column).get("lookup_key")
        if kind is not None:
            if kind not in LOOKUP_KEYS:
                raise PublishError(f"{node['name']}.{column['name']}: unknown lookup_key {kind!r}")
            found[column["name"].lower()] = kind
    return found


def sorted_by(node: Mapping[str, Any]) -> list[str]:
    """Columns that pages look a mart up by, as its YAML says: `meta: {sorted_by: [registration_key, period]}`."""
    columns = [str(column) for column in meta_of(node).get("sorted_by") or ()]
    unknown = [column for column in columns if column not in node["columns"]]
    if unknown:
        raise PublishError(f"{node['name']}: sorted_by names columns that do not exist: {', '.join(unknown)}")
    return columns


class Snapshot:
    """Builds one snapshot file through a warehouse connection."""

    def __init__(self, con: duckdb.DuckDBPyConnection, *, as_of: dt.date, run_id: str) -> None:
        self.con = con
        self.as_of = as_of
        self.run_id = run_id
        self.published_at = runtime.now()
        self.snapshot_id = f"{self.published_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        self.folder = paths.published_dir()
        self.temporary = self.folder / f".{self.snapshot_id}.duckdb.tmp"
        self.file = self.folder / f"{self.snapshot_id}.duckdb"
        self.rows = 0
        self.tables = 0
        self.list_rows = int(project_vars().get(LIST_ROWS, 500_000))
        self.keyed: dict[str, set[tuple[str, str]]] = {}  # class of keys → columns whose tokens are known
        self.tokens: set[tuple[str, str]] = set()  # columns that hold keyed tokens and no text of the source
        self.left_out: dict[str, str] = {}  # lists too long for a snapshot, and where they are read instead

    def open(self) -> None:
        """Attach the new file and prepare the keyed hash."""
        self.folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(self.folder)
        ipad, opad = masking.hmac_pads(keys.derive("token", create=True))
        self.con.execute("set preserve_insertion_order = true")
        self.con.execute("set variable token_ipad = ?", [ipad])
        self.con.execute("set variable token_opad = ?", [opad])
        self.con.execute("create or replace temp table _vault (token varchar, kind varchar, clear_value varchar)")
        self.con.execute(f"attach {literal(str(self.temporary))} as {SNAPSHOT}")

    def _described(self, relation: str) -> list[tuple[str, str]]:
        return [(r[0], r[1]) for r in self.con.execute(f"describe select * from {relation}").fetchall()]

    def copy(
        self,
        name: str,
        relation: str,
        personal: Mapping[str, str] | None = None,
        lookups: Mapping[str, str] | None = None,
        first: Sequence[str] = (),
    ) -> None:
        """Copy a relation, its personal columns masked, sorted for the look-ups of pages: by `first`, else by area, period and key.

        A column of `lookups` is published as its token alone. The tokens of a class are computed once for all tables and joined, and
        the personal columns beside one are kept in the vault under it, so that a person's clear values are found by the person.
        """
        columns = self._described(relation)
        personal, lookups = personal or {}, lookups or {}
        person = next((column for column, _ in columns if column.lower() in lookups), None)
        items, joins = [], []
        for column, _ in columns:
            kind, key = personal.get(column.lower()), lookups.get(column.lower())
            if key is not None:
                keyed = self._keyed(relation, column, key)
                joins.append(f'left join {keyed} as "{column}_keyed" on trim(r."{column}") = "{column}_keyed".value')
                items.append(f'"{column}_keyed".token as "{column}_token"')
                self.tokens.add((name, f"{column}_token"))
                continue
            if kind is None:
                items.append(f'r."{column}"')
                continue
            text = f'cast(r."{column}" as varchar)'
            items.append(f'{masking.mask_sql(text, kind)} as "{column}"')
            token, joined = masking.token_sql(text, kind), ""
            if person is None:
                items.append(f'{token} as "{column}_token"')
                self.tokens.add((name, f"{column}_token"))
            else:
                keyed = self._keyed(relation, person, lookups[person.lower()])
                token, joined = "k.token", f' join {keyed} as k on trim(r."{person}") = k.value'
            self.con.execute(
                f"insert into _vault select distinct {token}, '{kind}', trim({text})"
                f" from {relation} as r{joined} where trim({text}) <> ''"
            )
        names = [c for c, _ in columns if c.lower() not in lookups]
        order = [f"{person}_token"] if person is not None else list(first) or [c for c in SORT_FIRST if c in names]
        order += [c for c in names if c.endswith("_key") and c not in order][:2] or [
            c for c in names if c not in order
        ][:1]
        by = ", ".join(f'"{c}"' for c in order)
        row = self.con.execute(
            f'create table {SNAPSHOT}.main."{name}" as select {", ".join(items)} from {relation} as r {" ".join(joins)} order by {by}'
        ).fetchone()
        self.rows += int(row[0]) if row else 0
        self.tables += 1

    def _keyed(self, relation: str, column: str, kind: str) -> str:
        """The temp table of values of a class with their tokens, this column's among them."""
        table = f"_keyed_{kind}"
        if kind not in self.keyed:
            self.con.execute(f"create or replace temp table {table} (value varchar, token varchar)")
            self.keyed[kind] = set()
        if (relation, column) not in self.keyed[kind]:
            self.con.execute(
                f"insert into {table} select value, {masking.token_sql('value', kind)} from ("
                f'select distinct trim("{column}") as value from {relation} where trim("{column}") <> \'\''
                f" except select value from {table})"
            )
            self.keyed[kind].add((relation, column))
        return table

    def _is_too_long(self, node: Mapping[str, Any], relation: str) -> bool:
        """Whether a pure extract has more rows than a snapshot takes: its counts are published and its rows stay in the warehouse."""
        meta = meta_of(node)
        if meta.get("kind") != "rule" or meta.get("ledger") is not False:
            return False
        row = self.con.execute(f"select count(*) from {relation}").fetchone()
        return row is not None and int(row[0]) > self.list_rows

    def copy_model(self, node: Mapping[str, Any]) -> None:
        """Copy a mart; one that was never built (its rule failed) or is too long becomes an empty table of its contract."""
        name = node.get("alias") or node["name"]
        found = self.con.execute(
            "select 1 from information_schema.tables where table_catalog = current_database()"
            " and table_schema = ? and table_name = ?",
            [node["schema"], name],
        ).fetchone()
        lookups = lookup_columns(node)
        personal = {column: kind for column, kind in personal_columns(node).items() if column not in lookups}
        relation = f'"{node["schema"]}"."{name}"'
        if found and self._is_too_long(node, relation):
            self.left_out[name] = relation
        elif found:
            unknown = (set(personal) | set(lookups)) - {c.lower() for c, _ in self._described(relation)}
            if unknown:
                raise PublishError(f"{name}: declared personal columns do not exist: {', '.join(sorted(unknown))}")
            self.copy(name, relation, personal, lookups, sorted_by(node))
            return
        fields = ", ".join(
            f'cast(null as {c.get("data_type") or "varchar"}) as "{c["name"]}"' for c in node["columns"].values()
        )
        self.copy(name, f"(select {fields} limit 0)", personal, lookups)

    def write_findings_by_key(self) -> None:
        """Open findings once more under each key of theirs, sorted by it: what pages of one employer look up.

        The list of findings is sorted for rules and bureaus; asked for one employer, all of it would be read each time.
        """
        keys_of = ", ".join(OWNER_KEYS)
        row = self.con.execute(
            f"create table {SNAPSHOT}.main.finding_by_key as select unnest(list_distinct([{keys_of}])) as owner_key, f.*"
            f" from {SNAPSHOT}.main.finding as f where state <> 'resolved' order by owner_key, finding_id"
        ).fetchone()
        self.rows += int(row[0]) if row else 0
        self.tables += 1

    def write_sources(self, manifest: Mapping[str, Any], tables: Sequence[Table]) -> None:
        """Which exchange tables each published model is made of, and how late they may be: what a page says of a panel.

        Rules are left out: no panel asks for one, and each has its sources in the catalogue's status.
        """
        declared = {(table.source, table.name): table for table in tables}
        entries = []
        for node in published_models(manifest):
            if str(node["path"]).replace("\\", "/").startswith("marts/anomaly/"):
                continue
            for source, name in sorted(upstream_sources(manifest, node["unique_id"])):
                table = declared.get((source, name))
                title = table.description.split("，")[0].split("。")[0] if table is not None else ""
                hours = table.warn_after_hours if table is not None else None
                entries.append([node["name"], source, name, title, hours])
        warehouse.create_filled(self.con, f"{SNAPSHOT}.main.mart_source", SOURCE_TABLE, entries)
        self.tables += 1

    def write_rules(self, rules: Sequence[Rule]) -> None:
        """The catalogue of rules as the dashboard shows it."""
        self.con.execute(f"create table {SNAPSHOT}.main.rule ({RULE_TABLE})")
        counts, runs = self._counts_of_rules(), self._runs_of_rules()
        entries = []
        for position, rule in enumerate(rules):
            checked, status, reason, row_count = runs.get(rule.rule_id, (None, "not_checked", "not_run", None))
            entries.append(
                [
                    rule.rule_id,
                    position,
                    rule.model,
                    rule.kind,
                    rule.rule_kind,
                    rule.ledger,
                    rule.chapter,
                    rule.chapter_title,
                    rule.title,
                    rule.description,
                    rule.cadence,
                    rule.severity,
                    rule.section,
                    rule.subject,
                    rule.next_step,
                    json.dumps(rule.parameters, ensure_ascii=False, default=str),
                    json.dumps(rule.reasons, ensure_ascii=False),
                    json.dumps(rule.requirements, ensure_ascii=False),
                    json.dumps(rule.columns, ensure_ascii=False),
                    json.dumps(rule.shown_columns, ensure_ascii=False),
                    *(counts.get(rule.rule_id, (0, 0, 0)) if rule.ledger else (None, None, None)),
                    row_count,
                    checked,
                    status,
                    EXTRACT_ONLY if rule.model in self.left_out else reason,
                ]
            )
        if entries:
            self.con.executemany(
                f"insert into {SNAPSHOT}.main.rule values ({', '.join('?' * len(entries[0]))})", entries
            )
        self.tables += 1
        self._write_list_counts([rule for rule in rules if not rule.ledger])

    def _counts_of_rules(self) -> dict[str, tuple[int, int, int]]:
        """Open, new and resolved findings by rule."""
        found = self.con.execute(
            "select rule_id, sum(still_open)::bigint, sum(opened)::bigint, sum(resolved)::bigint from ("
            " select rule_id, count(case when state <> 'resolved' then 1 end) as still_open, 0 as opened, 0 as resolved"
            "  from ledger.finding group by rule_id"
            " union all"
            " select rule_id, 0, count(case when event in ('opened', 'reopened') then 1 end),"
            "  count(case when event = 'resolved' then 1 end)"
            "  from ledger.finding_event where as_of = ? group by rule_id"
            ") group by rule_id",
            [self.as_of],
        ).fetchall()
        return {row[0]: (row[1], row[2], row[3]) for row in found}

    def _runs_of_rules(self) -> dict[str, tuple[dt.date | None, str, str | None, int | None]]:
        """When each rule was last checked, and how its last run went."""
        found = self.con.execute(
            "select rule_id, max(as_of) filter (where status = 'checked') over (partition by rule_id) as last_checked,"
            " status, reason, rows from ops.rule_run"
            " qualify row_number() over (partition by rule_id order by as_of desc, run_id desc) = 1"
        ).fetchall()
        return {row[0]: (row[1], row[2], row[3], row[4]) for row in found}

    def _write_list_counts(self, rules: Sequence[Rule]) -> None:
        """Rows and amount of each list without findings by area: what overviews show without reading the lists."""
        self.con.execute(f"create table {SNAPSHOT}.main.list_count ({LIST_COUNT_TABLE})")
        for rule in rules:
            relation = self.left_out.get(rule.model) or f'{SNAPSHOT}.main."{rule.model}"'
            self.con.execute(
                f"insert into {SNAPSHOT}.main.list_count select ?, bureau_code, town_code, count(*), sum(amount)"
                f" from {relation} group by all",
                [rule.rule_id],
            )
        self.tables += 1

    def write_dictionary(self, manifest: Mapping[str, Any]) -> None:
        """Tables, columns and where each comes from, as the page 口径字典 shows them."""
        published = [str(node["name"]) for node in published_models(manifest)]
        dictionary.write(self.con, f"{SNAPSHOT}.main", dictionary.of_manifest(manifest, published))
        self.tables += len(dictionary.TABLES)

    def write_snapshot_row(self, reconciled: bool | None) -> None:
        """Which snapshot this is."""
        self.con.execute(
            f"create table {SNAPSHOT}.main.snapshot as select ?::varchar as snapshot_id, ?::date as as_of,"
            " ?::varchar as run_id, ?::timestamp as published_at, ?::varchar as git_sha, ?::boolean as reconciled",
            [self.snapshot_id, self.as_of, self.run_id, self.published_at, runtime.git_sha(), reconciled],
        )
        self.tables += 1

    def close(self) -> None:
        """Write everything down and let go of the file."""
        self.con.execute(f"checkpoint {SNAPSHOT}")
        self.con.execute(f"detach {SNAPSHOT}")

    def discard(self) -> None:
        """Forget a snapshot that must not be seen."""
        self.con.execute(f"detach database if exists {SNAPSHOT}")
        _unlink(self.temporary)

    def put_in_place(self) -> None:
        """The atomic part: the file under its name, then the pointer."""
        with self.temporary.open("rb") as handle:
            os.fsync(handle.fileno())
        self.temporary.replace(self.file)
        self.file.chmod(0o440)
        runtime.sync_folder(self.folder)
        runtime.write_atomically(self.folder / "CURRENT", self.file.name + "\n")


def _unlink(file: Path) -> None:
    for name in (file, file.with_name(file.name + ".wal")):
        name.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Files of runs that were killed while writing."""
    for file in folder.glob(".*.tmp*"):
        file.unlink(missing_ok=True)


def current_file(folder: Path | None = None) -> Path | None:
    """The snapshot that CURRENT names."""
    base = folder or paths.published_dir()
    pointer = base / "CURRENT"
    if not pointer.exists():
        return None
    name = pointer.read_text(encoding="utf-8").strip()
    return base / name if name else None


def snapshot_as_of(file: Path) -> dt.date | None:
    """The business date of a snapshot file."""
    try:
        with duckdb.connect(str(file), read_only=True) as con:
            row = con.execute("select as_of from snapshot").fetchone()
    except duckdb.Error:
        return None
    return row[0] if row else None


def to_remove(snapshots: Sequence[tuple[str, dt.date | None]], current: str, keep: int = KEEP) -> list[str]:
    """Which snapshots (name, as_of) may go: not the newest ones, not the last one of each month's end."""
    ordered = sorted(snapshots, reverse=True)
    kept = {name for name, _ in ordered[:keep]} | {current}
    month_ends: set[dt.date] = set()
    for name, as_of in ordered:
        if as_of is not None and (as_of + dt.timedelta(days=1)).day == 1 and as_of not in month_ends:
            month_ends.add(as_of)
            kept.add(name)
    return [name for name, _ in ordered if name not in kept]


def prune(folder: Path) -> list[str]:
    """Remove old snapshots; readers that hold one open keep it until they let go."""
    current = current_file(folder)
    files = sorted(folder.glob("*.duckdb"))
    if current is None or len(files) <= KEEP:
        return []
    gone = to_remove([(f.name, snapshot_as_of(f)) for f in files], current.name)
    for name in gone:
        _unlink(folder / name)
    return gone


def was_published(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> bool:
    """Whether a snapshot of this business date was published already."""
    return con.execute("select 1 from ops.snapshot where as_of = ?", [as_of]).fetchone() is not None


def _is_reconciled(con: duckdb.DuckDBPyConnection) -> bool | None:
    """Whether the departments agree to the cent, when the reconciliation was built."""
    found = con.execute(
        "select table_schema from information_schema.tables where table_name = 'rec_break'"
        " and table_catalog = current_database()"
    ).fetchone()
    if not found:
        return None
    row = con.execute(f'select count(*) = 0 from "{found[0]}".rec_break').fetchone()
    return bool(row[0]) if row else None


def _must_have_ledger(con: duckdb.DuckDBPyConnection) -> None:
    """A warehouse that no run has built has nothing to publish: said by name, with what to do."""
    found = con.execute(
        "select table_name from information_schema.tables where table_catalog = current_database() and table_schema = 'ledger'"
    ).fetchall()
    missing = [f"ledger.{name}" for name in LEDGER_TABLES if (name,) not in found]
    if missing:
        raise PublishError(
            f"数仓中没有疑点台账（缺少 {'、'.join(missing)}），不能发布；请先运行 python -m orchestration daily，它会同步、构建并发布"
        )


def publish(
    con: duckdb.DuckDBPyConnection,
    manifest: Mapping[str, Any],
    rules: Sequence[Rule],
    tables: Sequence[Table],
    *,
    as_of: dt.date,
    run_id: str,
    run_status: str = "success",
    run_notes: str | None = None,
) -> Published:
    """Write the snapshot, look for clear personal data in it, fill the vault, and swap the pointer."""
    _must_have_ledger(con)
    snapshot = Snapshot(con, as_of=as_of, run_id=run_id)
    snapshot.open()
    try:
        for node in published_models(manifest):
            snapshot.copy_model(node)
        for name in LEDGER_TABLES:
            snapshot.copy(name, f"ledger.{name}")
        snapshot.write_findings_by_key()
        if roster_match.is_kept(con):
            snapshot.copy("roster_match", roster_match.KEPT)
        for name in OPS_TABLES:
            snapshot.copy(f"ops_{name}", f"ops.{name}")
        # In its own snapshot, the run that published it has ended.
        con.execute(
            f"update {SNAPSHOT}.main.ops_run set status = ?, error = ?, finished_at = ? where run_id = ?",
            [run_status, run_notes, snapshot.published_at, run_id],
        )
        snapshot.write_sources(manifest, tables)
        snapshot.write_rules(rules)
        snapshot.write_dictionary(manifest)
        snapshot.write_snapshot_row(_is_reconciled(con))
        con.execute("create or replace temp table _vault as select distinct token, kind, clear_value from _vault")
        privacy.collect_clear_values(con, tables, "_vault")
        leaks = privacy.scan(con, SNAPSHOT, snapshot.tokens)
        if leaks:
            where = "，".join(f"{leak.table}.{leak.column}（{leak.values} 个值）" for leak in leaks[:10])
            raise PublishError(f"快照含未脱敏的个人信息，不予发布：{where}")
        snapshot.close()
        values = vault.write(con, "_vault")
        snapshot.put_in_place()
    except BaseException:
        snapshot.discard()
        raise
    finally:
        con.execute("reset variable token_ipad")
        con.execute("reset variable token_opad")
        con.execute("drop table if exists _vault")
        con.execute("drop table if exists _clear")
        for kind in LOOKUP_KEYS:
            con.execute(f"drop table if exists _keyed_{kind}")
    size = snapshot.file.stat().st_size
    con.execute(
        "insert into ops.snapshot values (?, ?, ?, ?, ?, ?)",
        [snapshot.snapshot_id, as_of, run_id, snapshot.published_at, snapshot.rows, size],
    )
    prune(snapshot.folder)
    return Published(snapshot.snapshot_id, snapshot.file, snapshot.tables, snapshot.rows, size, values)

"""Bring exchange tables into the raw schemas: typed, current row by key, each table in one transaction."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from common import paths
from orchestration.lib import quarantine, typing_sql
from orchestration.lib.contract import Table
from orchestration.lib.parity import Parity, measure, subtract
from orchestration.lib.sources.base import ExchangeError, ExchangeReader
from orchestration.lib.warehouse import transaction

OVERLAP = dt.timedelta(days=3)
ARCHIVE_SCHEMA = "raw_deleted"


class SyncError(RuntimeError):
    """One table cannot be synced; the message names the table (and column) and holds no row's values."""


@dataclass(frozen=True)
class SyncResult:
    """What happened to one table."""

    table: Table
    status: str  # ok | failed
    mode: str = ""  # first | full | incremental
    rows_read: int = 0
    rows_changed: int = 0
    rows_deleted: int = 0
    rows_quarantined: int = 0
    seconds: float = 0.0
    parity: Parity = field(default_factory=Parity)
    latest_cursor: dt.datetime | None = None
    detail: str = ""


def exchange_identity(kind: str, world_file: Path | None = None) -> str:
    """Names the world behind the exchange; when it changes, every table is loaded anew."""
    file = world_file or paths.world_file()
    if not file.exists():
        return kind
    world = json.loads(file.read_text(encoding="utf-8"))
    parts = [world.get("world_id"), world.get("seed"), world.get("scale")]
    return ":".join([kind, *("" if p is None else str(p) for p in parts)])


def _literal(moment: dt.datetime) -> str:
    return f"timestamp '{moment.isoformat(sep=' ')}'"


def _keys(table: Table, alias: str = "") -> str:
    prefix = f"{alias}." if alias else ""
    return ", ".join(f'{prefix}"{k}"' for k in table.key)


def _on(table: Table, left: str, right: str) -> str:
    return " and ".join(f'{left}."{k}" = {right}."{k}"' for k in table.key)


def _names(table: Table, alias: str = "") -> str:
    prefix = f"{alias}." if alias else ""
    return ", ".join(f'{prefix}"{c.name}"' for c in table.columns)


class TableSync:
    """Syncs one table within an open transaction."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        reader: ExchangeReader,
        table: Table,
        *,
        run_id: str,
        identity: str,
        now: dt.datetime,
    ) -> None:
        self.con = con
        self.reader = reader
        self.table = table
        self.run_id = run_id
        self.identity = identity
        self.now = now

    def run(self) -> SyncResult:
        """Land the table; the caller commits."""
        started = time.perf_counter()
        table = self.table
        self._ensure_raw()
        found = self.reader.columns(self.con, table)
        if not found:
            raise SyncError(f"{table.id}: 交换库中没有这张表")
        missing = [c.name for c in table.columns if c.name.upper() not in found]
        if missing:
            raise SyncError(f"{table.id}: 交换库中缺少列 {', '.join(missing)}")
        extra = sorted(set(found) - {c.name.upper() for c in table.columns})
        self.typed = typing_sql.TypedTable(table, found)
        self.relation = self.reader.relation(self.con, table)

        state = self.con.execute(
            "select last_cursor, identity, contract_checksum from ops.sync_state"
            " where source_name = ? and table_name = ?",
            [table.source, table.name],
        ).fetchone()
        in_source = measure(self.con, self.relation, table, self.typed)
        in_raw = self._count(table.raw)
        first = state is None or state[1] != self.identity
        if in_source.count == 0 and in_raw > 0 and not first:
            raise SyncError(f"{table.id}: 交换库中此表为空，数仓保留上次的 {in_raw} 行")
        # A cursor that ran back means that the source was set back or rebuilt.
        ran_back = (
            state is not None
            and state[0] is not None
            and (in_source.latest_cursor is None or in_source.latest_cursor < state[0])
        )
        if first or (ran_back and in_raw == 0):
            mode = "first"
        elif table.mode == "full" or ran_back or (state is not None and state[2] != table.checksum):
            mode = "full"
        else:
            mode = "incremental"
        outcome = self._land(mode, state[0] if state else None)
        parity = self._parity(in_source)
        if mode == "incremental" and not parity.equal:
            # Something changed behind the cursor (a late row, a silent correction): read everything once.
            mode = "full"
            outcome = self._land(mode, None)
            parity = self._parity(in_source)
        changed, deleted = outcome
        quarantined = quarantine.store(self.con, table, self.typed, self.relation, run_id=self.run_id, now=self.now)
        rows_read = self._count("_stage")
        latest = in_source.latest_cursor
        self.con.execute(
            "delete from ops.sync_state where source_name = ? and table_name = ?", [table.source, table.name]
        )
        self.con.execute(
            "insert into ops.sync_state values (?, ?, ?, ?, ?, ?, ?)",
            [table.source, table.name, latest, self.identity, table.checksum, self.now, self.run_id],
        )
        notes = [f"合同外的列 {', '.join(extra)}"] if extra else []
        if not parity.equal:
            notes.append(parity.describe())
        return SyncResult(
            table=table,
            status="ok",
            mode=mode,
            rows_read=rows_read,
            rows_changed=changed,
            rows_deleted=deleted,
            rows_quarantined=quarantined,
            seconds=round(time.perf_counter() - started, 3),
            parity=parity,
            latest_cursor=latest,
            detail="；".join(notes),
        )

    def _count(self, relation: str) -> int:
        row = self.con.execute(f"select count(*) from {relation}").fetchone()
        assert row is not None
        return int(row[0])

    def _ensure_raw(self) -> None:
        """Create the raw table, or create it anew when the contract's shape changed."""
        table = self.table
        self.con.execute(f'create schema if not exists "{table.raw_schema}"')
        wanted = [(c.name, c.data_type) for c in table.columns]
        wanted += [("_synced_at", "timestamp"), ("_run_id", "varchar"), ("_row_hash", "varchar")]
        existing = self.con.execute(
            "select column_name, data_type from duckdb_columns() where database_name = current_database()"
            " and schema_name = ? and table_name = ? order by column_index",
            [table.raw_schema, table.name],
        ).fetchall()
        if [(n, t.lower()) for n, t in existing] == [(n, t.lower()) for n, t in wanted]:
            return
        body = ", ".join(f'"{name}" {data_type}' for name, data_type in wanted)
        self.con.execute(f"create or replace table {table.raw} ({body})")
        self.con.execute(
            "delete from ops.sync_state where source_name = ? and table_name = ?", [table.source, table.name]
        )

    def _land(self, mode: str, last_cursor: dt.datetime | None) -> tuple[int, int]:
        """Read, type, choose the current row of each key and write what differs. Returns (changed, deleted)."""
        table, con = self.table, self.con
        window = ""
        if mode == "incremental" and last_cursor is not None and table.cursor:
            cursor = self.typed.value(table.cursor)
            window = f"where {cursor} >= {_literal(last_cursor - OVERLAP)} or {cursor} is null"
        con.execute(f"create or replace temp table _stage as {self.typed.select(self.relation, window)}")
        whole = not window
        if not whole and table.mode != "append":
            self._read_missing_keys()
        self._choose_current()
        deleted = 0
        if mode == "first":
            con.execute(f"delete from {table.raw}")
            con.execute(f"drop table if exists {ARCHIVE_SCHEMA}.{self._archive_name()}")
        elif whole or table.mode != "append":
            deleted = self._archive_vanished(whole)
        changed = self._write(fresh=mode == "first")
        return changed, deleted

    def _read_missing_keys(self) -> None:
        """Keys that are upstream and not here although their cursor is old: rows that came late."""
        table, con = self.table, self.con
        keys = ", ".join(f'{self.typed.value(k)} as "{k}"' for k in table.key)
        not_null = " and ".join(f'k."{k}" is not null' for k in table.key)
        con.execute(f"create or replace temp table _keys as select distinct {keys} from {self.relation}")
        con.execute(
            f"create or replace temp table _missing as select {_keys(table)} from _keys k"
            f" where not exists (select 1 from {table.raw} r where {_on(table, 'r', 'k')})"
            f" and not exists (select 1 from _stage s where {_on(table, 's', 'k')})"
            f" and {not_null}"
        )
        if self._count("_missing"):
            con.execute(
                f"insert into _stage select * from ({self.typed.select(self.relation, '')}) s"
                f" where exists (select 1 from _missing m where {_on(table, 'm', 's')})"
            )

    def _choose_current(self) -> None:
        """Mark, among the good rows of one key, the one that counts (latest cursor) and the doubtful twins."""
        table, con = self.table, self.con
        con.execute(
            "create or replace temp table _twin as"
            f" select {_keys(table)} from _stage where not _is_bad group by all having count(*) > 1"
        )
        con.execute("create or replace temp table _loser (row_no bigint, is_doubtful boolean)")
        if not self._count("_twin"):
            return
        cursor = f's."{table.cursor}"' if table.cursor else "null"
        con.execute(
            "insert into _loser"
            " select row_no, is_doubtful from ("
            "  select s.rowid as row_no,"
            "   row_number() over w as place,"
            f"   {cursor} is not distinct from first_value({cursor}) over w"
            "    and s._row_hash <> first_value(s._row_hash) over w as is_doubtful"
            f"  from _stage s join _twin t on {_on(table, 's', 't')} where not s._is_bad"
            f"  window w as (partition by {_keys(table, 's')} order by {cursor} desc nulls last, s._row_hash)"
            " ) where place > 1"
        )

    def _archive_name(self) -> str:
        return f'"{self.table.source}__{self.table.name}"'

    def _archive_vanished(self, whole: bool) -> int:
        """Rows whose key is gone upstream leave the raw table for the archive: nothing is lost."""
        table, con = self.table, self.con
        present = "_stage" if whole else "_keys"
        gone = f"not exists (select 1 from {present} k where {_on(table, 'k', 'r')})"
        row = con.execute(f"select count(*) from {table.raw} r where {gone}").fetchone()
        assert row is not None
        if not row[0]:
            return 0
        archive = f"{ARCHIVE_SCHEMA}.{self._archive_name()}"
        con.execute(f"create schema if not exists {ARCHIVE_SCHEMA}")
        con.execute(
            f"create table if not exists {archive} as select *, null::timestamp as _deleted_at from {table.raw} limit 0"
        )
        con.execute(
            f"insert into {archive} by name select r.*, {_literal(self.now)} as _deleted_at"
            f" from {table.raw} r where {gone}"
        )
        con.execute(f"delete from {table.raw} r where {gone}")
        return int(row[0])

    def _write(self, *, fresh: bool) -> int:
        table, con = self.table, self.con
        good = "not s._is_bad and s.rowid not in (select row_no from _loser)"
        if not self._count("_loser"):
            good = "not s._is_bad"
        book = f"{_literal(self.now)}, '{self.run_id}', s._row_hash"
        if fresh:
            row = con.execute(
                f"insert into {table.raw} select {_names(table, 's')}, {book} from _stage s where {good}"
            ).fetchone()
            return int(row[0]) if row else 0
        con.execute(
            "create or replace temp table _change as"
            f" select s.* from _stage s left join {table.raw} r on {_on(table, 'r', 's')}"
            f" where {good} and r._row_hash is distinct from s._row_hash"
        )
        changed = self._count("_change")
        if changed:
            same = _on(table, "s", "r")
            con.execute(f"delete from {table.raw} r where exists (select 1 from _change s where {same})")
            con.execute(f"insert into {table.raw} select {_names(table, 's')}, {book} from _change s")
        return changed

    def _parity(self, in_source: Parity) -> Parity:
        """Compare both sides; rows that were set aside are taken off the source's side, by name and not by guess."""
        table, con = self.table, self.con
        raw = measure(con, table.raw, table, None)
        set_aside = measure(
            con,
            "(select * from _stage where _is_bad or rowid in (select row_no from _loser))",
            table,
            None,
            values="_parity_",
        )
        # The last good version of a row stays when its newest version cannot be read.
        kept = measure(
            con,
            f"(select r.* from {table.raw} r where exists"
            f" (select 1 from _stage s where s._is_bad and {_on(table, 's', 'r')})"
            f" and not exists (select 1 from _stage s where not s._is_bad and {_on(table, 's', 'r')}))",
            table,
            None,
        )
        expected = subtract(in_source, set_aside)
        actual = subtract(raw, kept)
        return Parity(
            count=actual.count,
            sums=actual.sums,
            latest_cursor=in_source.latest_cursor,
            source_count=in_source.count,
            expected_count=expected.count,
            expected_sums=expected.sums,
        )


def sync_table(
    con: duckdb.DuckDBPyConnection,
    reader: ExchangeReader,
    table: Table,
    *,
    run_id: str,
    identity: str,
    now: dt.datetime,
) -> SyncResult:
    """Sync one table in one transaction; a failure is an answer, not an exception, and leaves the table as it was."""
    started = time.perf_counter()
    try:
        with transaction(con):
            result = TableSync(con, reader, table, run_id=run_id, identity=identity, now=now).run()
            _write_down(con, result, run_id, now)
        return result
    except (SyncError, ExchangeError) as error:
        message = str(error)
    except duckdb.Error as error:
        # The database's own text may quote a value of a row: only its kind is kept.
        message = f"{table.id}: 读取或写入失败（{type(error).__name__}）"
    result = SyncResult(table=table, status="failed", seconds=round(time.perf_counter() - started, 3), detail=message)
    with transaction(con):
        TableSync(con, reader, table, run_id=run_id, identity=identity, now=now)._ensure_raw()
        _write_down(con, result, run_id, now)
    return result


def _write_down(con: duckdb.DuckDBPyConnection, result: SyncResult, run_id: str, now: dt.datetime) -> None:
    table = result.table
    ok = result.status == "ok"
    parity_status = ("PASS" if result.parity.equal else "FAIL") if ok else "N/A"
    con.execute(
        "delete from ops.sync_table where run_id = ? and source_name = ? and table_name = ?",
        [run_id, table.source, table.name],
    )
    con.execute(
        "insert into ops.sync_table values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            run_id,
            table.source,
            table.name,
            result.rows_read,
            result.rows_changed,
            result.rows_quarantined,
            result.seconds,
            result.status,
            parity_status,
            result.parity.source_count if ok else None,
            result.parity.count if ok else None,
            result.detail,
            now,
        ],
    )
    con.execute(
        "delete from ops.check_result where run_id = ? and kind = 'parity' and model_name = ?", [run_id, table.id]
    )
    con.execute(
        "insert into ops.check_result values (?, 'parity', ?, 'parity', 'warn', ?, ?, ?)",
        [run_id, table.id, parity_status, 0 if parity_status == "PASS" else 1, result.detail or None],
    )
    previous = con.execute(
        "select latest_cursor_at, synced_at from ops.freshness where source_name = ? and table_name = ?",
        [table.source, table.name],
    ).fetchone()
    con.execute("delete from ops.freshness where source_name = ? and table_name = ?", [table.source, table.name])
    con.execute(
        "insert into ops.freshness values (?, ?, ?, ?, ?)",
        [
            table.source,
            table.name,
            result.latest_cursor if ok else (previous[0] if previous else None),
            now if ok else (previous[1] if previous else None),
            "fresh" if ok and result.parity.equal else "mismatch" if ok else "late",
        ],
    )


def sync_tables(
    con: duckdb.DuckDBPyConnection,
    reader: ExchangeReader,
    tables: Iterable[Table],
    *,
    run_id: str,
    identity: str,
    now: dt.datetime,
    progress: Callable[[SyncResult], None] | None = None,
) -> Iterator[SyncResult]:
    """Sync the tables one after the other through one connection."""
    reader.attach(con)
    try:
        for table in tables:
            result = sync_table(con, reader, table, run_id=run_id, identity=identity, now=now)
            if progress:
                progress(result)
            yield result
    finally:
        for name in ("_stage", "_keys", "_missing", "_twin", "_loser", "_change"):
            con.execute(f"drop table if exists temp.{name}")
        reader.detach(con)


def failed(results: Sequence[SyncResult]) -> list[SyncResult]:
    """Tables that did not arrive."""
    return [r for r in results if r.status != "ok"]

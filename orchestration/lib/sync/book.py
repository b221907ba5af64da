"""What the sync remembers between runs and leaves in the ops tables; looked up once a run, written table by table."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field

import duckdb

from orchestration.lib.contract import Table
from orchestration.lib.sources.base import Bound
from orchestration.lib.sync import aside
from orchestration.lib.sync.result import SyncResult
from orchestration.lib.sync.schema_drift import Drift

Place = tuple[str, str]


@dataclass
class State:
    """How far a table was read, of which world, under which contract, and the types it then had upstream."""

    latest: Bound | None
    identity: str
    checksum: str
    types: dict[str, str] = field(default_factory=dict)


@dataclass
class Progress:
    """How far a first load had come when it was broken off."""

    identity: str
    checksum: str
    pieces: list[str]
    done: int
    rows: int


class Book:
    """The memory of one run."""

    def __init__(self, con: duckdb.DuckDBPyConnection, run_id: str, now: dt.datetime) -> None:
        self.con = con
        self.run_id = run_id
        self.now = now
        self.reload()

    def reload(self) -> None:
        """Look at the warehouse again (after a transaction that was rolled back)."""
        con = self.con
        self.states: dict[Place, State] = {}
        for source, name, cursor, identity, checksum, serial, types in con.execute(
            "select source_name, table_name, last_cursor, identity, contract_checksum, last_serial, types"
            " from ops.sync_state"
        ).fetchall():
            latest = cursor if serial is None else serial
            self.states[source, name] = State(latest, identity, checksum, json.loads(types or "{}"))
        self.progress: dict[Place, Progress] = {
            (source, name): Progress(identity, checksum, json.loads(pieces), done, rows)
            for source, name, identity, checksum, pieces, done, rows in con.execute(
                "select source_name, table_name, identity, contract_checksum, pieces, done, rows from ops.sync_progress"
            ).fetchall()
        }
        self.shapes: dict[Place, list[tuple[str, str]]] = {}
        for schema, name, column, data_type in con.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns()"
            " where database_name = current_database() and not internal order by schema_name, table_name, column_index"
        ).fetchall():
            self.shapes.setdefault((schema, name), []).append((column, data_type))
        self.asides = {name for schema, name in self.shapes if schema == aside.SCHEMA}
        self.quarantines = set(con.execute("select distinct source_name, table_name from ops.quarantine").fetchall())

    def _forget(self, name: str, table: Table) -> None:
        self.con.execute(f"delete from ops.{name} where source_name = ? and table_name = ?", [table.source, table.name])

    def forget_state(self, table: Table) -> None:
        """The raw table is made anew: nothing of it is known."""
        if self.states.pop((table.source, table.name), None):
            self._forget("sync_state", table)

    def write_state(self, table: Table, latest: Bound | None, identity: str, types: dict[str, str]) -> None:
        """How far this run came."""
        serial = latest if isinstance(latest, int) else None
        moment = latest if isinstance(latest, dt.datetime) else None
        self._forget("sync_state", table)
        self.con.execute(
            "insert into ops.sync_state (source_name, table_name, last_cursor, identity, contract_checksum, synced_at,"
            " run_id, last_serial, types) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(table.source, table.name, moment, identity, table.checksum, self.now, self.run_id),
                *(serial, json.dumps(types, ensure_ascii=False)),
            ],
        )

    def write_progress(self, table: Table, progress: Progress | None) -> None:
        """How far a first load has come; None when it is through."""
        if progress is None and (table.source, table.name) not in self.progress:
            return
        self._forget("sync_progress", table)
        if progress is None:
            self.progress.pop((table.source, table.name), None)
            return
        self.progress[table.source, table.name] = progress
        self.con.execute(
            "insert into ops.sync_progress (source_name, table_name, identity, contract_checksum, pieces, done, rows,"
            " run_id, landed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(table.source, table.name, progress.identity, progress.checksum),
                *(json.dumps(progress.pieces), progress.done, progress.rows, self.run_id, self.now),
            ],
        )

    def audited(self, table: Table) -> dict[str, dt.datetime]:
        """When each bucket of a big table was last proven."""
        return dict(
            self.con.execute(
                "select bucket, audited_at from ops.sync_audit where source_name = ? and table_name = ?",
                [table.source, table.name],
            ).fetchall()
        )

    def write_audit(self, table: Table, buckets: list[Bound]) -> None:
        """These buckets were proven now."""
        for bucket in buckets:
            self.con.execute(
                "delete from ops.sync_audit where source_name = ? and table_name = ? and bucket = ?",
                [table.source, table.name, str(bucket)],
            )
            self.con.execute(
                "insert into ops.sync_audit (source_name, table_name, bucket, audited_at) values (?, ?, ?, ?)",
                [table.source, table.name, str(bucket), self.now],
            )

    def write_result(self, result: SyncResult, drifts: list[Drift]) -> None:
        """The line of the ledger, the check, the freshness and the drift of one table."""
        table, ok = result.table, result.status == "ok"
        parity = result.parity
        judged = ("PASS" if parity.equal else "FAIL") if ok else "N/A"
        mine = [self.run_id, table.source, table.name]
        whole = ok and parity.scope == "whole"
        keys = ("PASS" if parity.equal else "FAIL") if ok and parity.keys_proven else "N/A"
        self.con.execute("delete from ops.sync_table where run_id = ? and source_name = ? and table_name = ?", mine)
        self.con.execute(
            "insert into ops.sync_table (run_id, source_name, table_name, rows_read, rows_changed, rows_quarantined,"
            " seconds, status, parity_status, source_count, raw_count, detail, synced_at, mode, rows_deleted, bytes_read,"
            " proof_scope, key_status) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(*mine, result.rows_read, result.rows_changed, result.rows_quarantined, result.seconds, result.status),
                *(judged, parity.source_count if whole else None, parity.count if whole else None, result.detail),
                *(self.now, result.mode, result.rows_deleted, result.bytes_read, parity.scope if ok else None, keys),
            ],
        )
        self.con.execute(
            "delete from ops.check_result where run_id = ? and kind = 'parity' and model_name = ?",
            [self.run_id, table.id],
        )
        self.con.execute(
            "insert into ops.check_result values (?, 'parity', ?, 'parity', 'warn', ?, ?, ?)",
            [self.run_id, table.id, judged, 0 if judged == "PASS" else 1, result.detail or None],
        )
        self._write_freshness(result)
        self.con.execute("delete from ops.drift where run_id = ? and source_name = ? and table_name = ?", mine)
        for drift in drifts:
            self.con.execute(
                "insert into ops.drift (run_id, source_name, table_name, column_name, kind, detail, seen_at)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                [*mine, drift.column, drift.kind, drift.detail, self.now],
            )

    def _write_freshness(self, result: SyncResult) -> None:
        """A table that was not read now stays as fresh as it was."""
        table, place = result.table, [result.table.source, result.table.name]
        if result.status == "waiting":
            return
        previous = self.con.execute(
            "select latest_cursor_at, synced_at from ops.freshness where source_name = ? and table_name = ?", place
        ).fetchone()
        ok = result.status == "ok"
        latest = result.latest_cursor if isinstance(result.latest_cursor, dt.datetime) else None
        self._forget("freshness", table)
        self.con.execute(
            "insert into ops.freshness values (?, ?, ?, ?, ?)",
            [
                *place,
                latest if ok else (previous[0] if previous else None),
                self.now if ok else (previous[1] if previous else None),
                "fresh" if ok and result.parity.equal else "mismatch" if ok else "late",
            ],
        )

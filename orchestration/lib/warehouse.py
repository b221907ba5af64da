"""Open the warehouse file: one place that knows its settings, its ops tables and the one-writer rule."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from common import paths

OPS_TABLES: dict[str, str] = {
    "run": "run_id varchar, as_of date, started_at timestamp, finished_at timestamp, status varchar,"
    " git_sha varchar, error varchar, job varchar",
    "sync_table": "run_id varchar, source_name varchar, table_name varchar, rows_read bigint, rows_changed bigint,"
    " rows_quarantined bigint, seconds double, status varchar, parity_status varchar, source_count bigint,"
    " raw_count bigint, detail varchar, synced_at timestamp, mode varchar, rows_deleted bigint, bytes_read bigint,"
    " proof_scope varchar, key_status varchar",
    "sync_state": "source_name varchar, table_name varchar, last_cursor timestamp, identity varchar,"
    " contract_checksum varchar, synced_at timestamp, run_id varchar, last_serial bigint, types varchar",
    "sync_progress": "source_name varchar, table_name varchar, identity varchar, contract_checksum varchar,"
    " pieces varchar, done integer, rows bigint, run_id varchar, landed_at timestamp",
    "sync_audit": "source_name varchar, table_name varchar, bucket varchar, audited_at timestamp",
    "drift": "run_id varchar, source_name varchar, table_name varchar, column_name varchar, kind varchar,"
    " detail varchar, seen_at timestamp",
    "quarantine": "run_id varchar, source_name varchar, table_name varchar, key_text varchar, column_name varchar,"
    " reason varchar, raw_value_masked varchar, quarantined_at timestamp, row_ref varchar",
    "check_result": "run_id varchar, check_name varchar, model_name varchar, kind varchar, severity varchar,"
    " status varchar, failures bigint, message varchar",
    "rule_run": "as_of date, run_id varchar, rule_id varchar, status varchar, reason varchar, rows bigint,"
    " checksum varchar",
    "freshness": "source_name varchar, table_name varchar, latest_cursor_at timestamp, synced_at timestamp,"
    " status varchar",
    "node_status": "run_id varchar, unique_id varchar, status varchar, seconds double",
    "disk": "measured_at timestamp, run_id varchar, place varchar, total_bytes bigint, free_bytes bigint",
    "patrol": "as_of date, check_id varchar, section varchar, title varchar, status varchar, why varchar,"
    " measured_at timestamp, run_id varchar, worst_status varchar, worst_why varchar, worst_at timestamp",
    "roster_run": "run_id varchar, as_of date, started_at timestamp, finished_at timestamp, status varchar, lines bigint,"
    " chunks integer, chunks_open integer, chunks_done integer, chunks_left integer, message varchar",
    "roster_count": "run_id varchar, match_state varchar, code varchar, lines bigint",
    "alert_log": "log_id bigint, logged_at timestamp, channel varchar, kind varchar, outcome varchar, severity varchar,"
    " conditions integer, title varchar",
    "snapshot": "snapshot_id varchar, as_of date, run_id varchar, published_at timestamp, rows bigint, bytes bigint",
}


class WarehouseBusyError(RuntimeError):
    """Another process writes the warehouse."""


def create_ops(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables in which runs write down what they did."""
    known: dict[str, set[str]] = {}
    for table, column in con.execute(
        "select table_name, column_name from duckdb_columns()"
        " where database_name = current_database() and schema_name = 'ops'"
    ).fetchall():
        known.setdefault(table, set()).add(column)
    con.execute("create schema if not exists ops")
    for name, columns in OPS_TABLES.items():
        if name not in known:
            con.execute(f"create table ops.{name} ({columns})")
            continue
        # A warehouse of an earlier version lacks the columns that were added at the end since.
        for column in columns.split(", "):
            if column.split()[0] not in known[name]:
                con.execute(f"alter table ops.{name} add column {column}")


def memory_limit() -> str:
    """What DuckDB may use: SHEBAO_MEMORY, else three fifths of the machine's memory and 3 GB at least.

    A city's largest models do not fit into less than some gigabytes, whatever they spill.
    """
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return os.environ.get("SHEBAO_MEMORY") or f"{max(int(whole * 0.6), 3)}GB"


def connect(file: Path | None = None, *, wait_seconds: float = 20.0) -> duckdb.DuckDBPyConnection:
    """Open the warehouse for writing; wait a little for another writer, then say so plainly."""
    target = file or paths.warehouse_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            con = duckdb.connect(str(target))
            break
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise
            if time.monotonic() > deadline:
                raise WarehouseBusyError("数仓文件正被另一个进程写入，请等它结束后再运行") from None
            time.sleep(0.25)
    con.execute(f"set memory_limit = '{memory_limit()}'")
    con.execute("set preserve_insertion_order = false")
    return con


def file_of(con: duckdb.DuckDBPyConnection) -> Path | None:
    """The file behind a connection; none when it is in memory."""
    row = con.execute("select path from duckdb_databases() where database_name = current_database()").fetchone()
    return Path(row[0]) if row and row[0] else None


@contextmanager
def opened(file: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse connection with its ops tables, closed (and checkpointed by DuckDB) at the end."""
    con = connect(file)
    try:
        create_ops(con)
        yield con
    finally:
        con.close()


def create_filled(con: duckdb.DuckDBPyConnection, relation: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
    """Create a table of plain types ("name type, …") and fill it in one statement, column by column, however many rows."""
    con.execute(f"create table {relation} ({columns})")
    if not rows:
        return
    types = [part.strip().split(" ")[1] for part in columns.split(",")]
    values = ", ".join(f"unnest(cast(? as {kind}[]))" for kind in types)
    con.execute(f"insert into {relation} select {values}", [list(column) for column in zip(*rows, strict=True)])


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing."""
    con.execute("begin transaction")
    try:
        yield
    except BaseException:
        # An attached server that is gone fails the rollback too; what went wrong first is what is told.
        with suppress(duckdb.Error):
            con.execute("rollback")
        raise
    con.execute("commit")

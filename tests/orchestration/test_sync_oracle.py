"""Systems of three departments synced through the Oracle reader (and the stand-in of its driver) lands the same rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb

from orchestration.lib import sync, warehouse
from orchestration.lib.contract import Table
from orchestration.lib.exchange_config import Connection, Limits, Secret
from orchestration.lib.sources.oracle import OracleReader
from tests.conftest import BuiltWorld
from tests.fake_oracledb import FakeOracle

from . import tiny_exchange

SYSTEMS = ("hrss", "nhsa", "tax_levy")
NOW = dt.datetime(2026, 6, 30)
ADDRESS: dict[str, str | int | Secret] = {"dsn": "jhk.example/JHK", "user": "reader", "password": Secret("geheim")}
LIMITS = Limits(fetch_rows=3_000, retries=1, retry_wait_seconds=0)


def tables() -> tuple[Table, ...]:
    """Their tables."""
    return tuple(table for table in tiny_exchange.tables() if table.source in SYSTEMS)


def upstream(column: str) -> tuple[str, str]:
    """The dictionary's type, and where the stand-in keeps it."""
    if column.startswith("decimal"):
        return "NUMBER", column
    return {
        "varchar": ("VARCHAR2", "varchar"),
        "integer": ("NUMBER", "decimal(10, 0)"),
        "bigint": ("NUMBER", "decimal(19, 0)"),
        "boolean": ("NUMBER", "decimal(1, 0)"),
        "date": ("DATE", "timestamp_s"),
        "timestamp": ("TIMESTAMP(6)", "timestamp"),
        "double": ("BINARY_DOUBLE", "double"),
    }[column]


def moved(exchange: Path) -> FakeOracle:
    """The embedded exchange in the stand-in, where an empty text is NULL."""
    fake = FakeOracle()
    fake.server.execute(f"attach '{exchange}' as embedded (read_only)")
    for table in tables():
        owner = f"X_{table.exchange_schema}".upper()
        fake.server.execute(f'create schema if not exists "{owner}"')
        values = []
        for position, column in enumerate(table.columns, 1):
            kind, stored = upstream("varchar" if column.text_format else column.data_type)
            digits = stored[8:-1].split(",") if stored.startswith("decimal") else [None, None]
            fake.server.execute(
                "insert into all_tab_columns values (?, ?, ?, ?, ?, ?, ?)",
                [owner, table.name, column.name, kind, *(None if d is None else int(d) for d in digits), position],
            )
            value = f"nullif(\"{column.name}\", '')" if stored == "varchar" else f'"{column.name}"::{stored}'
            values.append(f'{value} as "{column.name}"')
        fake.server.execute(
            f'create table "{owner}"."{table.name}" as select {", ".join(values)}'
            f' from embedded.{table.exchange_schema}."{table.name}"'
        )
    fake.server.execute("detach embedded")
    return fake


def reader_of(fake: FakeOracle) -> OracleReader:
    schemas = {t.exchange_schema: f"X_{t.exchange_schema}".upper() for t in tables()}
    return OracleReader(Connection("all", "oracle", ("*",), ADDRESS, schemas, LIMITS), "ora", fake)


def differing(con: duckdb.DuckDBPyConnection, table: Table) -> int:
    """Rows that are not on both sides, an empty text being NULL."""
    items = ", ".join(f"nullif(\"{c.name}\", '')" if c.data_type == "varchar" else f'"{c.name}"' for c in table.columns)
    ours, theirs = f"select {items} from {table.raw}", f"select {items} from embedded.{table.raw}"
    row = con.execute(
        f"select count(*) from (({ours} except all {theirs}) union all ({theirs} except all {ours}))"
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_three_departments_through_the_driver(built_world: Callable[..., BuiltWorld], tmp_path: Path) -> None:
    world = built_world(seed=1)
    fake = moved(world.var / "exchange" / "exchange.duckdb")
    reader = reader_of(fake)
    with warehouse.opened(tmp_path / "w.duckdb") as con:
        con.execute(f"attach '{world.warehouse}' as embedded (read_only)")
        first = list(sync.sync_tables(con, reader, tables(), run_id="1", identity="w", now=NOW))
        assert [(r.table.id, r.detail) for r in first if r.status != "ok" or not r.parity.equal] == []
        assert {t.id: n for t in tables() if (n := differing(con, t))} == {}
        assert sum(r.rows_read for r in first) > 50_000
        # A second run finds nothing new; a silent change and a deletion are found.
        again = list(sync.sync_tables(con, reader, tables(), run_id="2", identity="w", now=NOW))
        assert sum(r.rows_changed + r.rows_deleted for r in again) == 0
        table = next(t for t in tables() if t.id == "hrss.RS_DZ")
        fake.server.execute(
            'delete from "X_HRSS"."RS_DZ" where "DZXH" = (select min("DZXH") from "X_HRSS"."RS_DZ");'
            'update "X_HRSS"."RS_DZ" set "DZJE" = "DZJE" + 1 where "DZXH" = (select max("DZXH") from "X_HRSS"."RS_DZ")'
        )
        [result] = sync.sync_tables(con, reader, [table], run_id="3", identity="w", now=NOW)
        assert (result.status, result.rows_changed, result.rows_deleted, result.parity.equal) == ("ok", 1, 1, True)
        # Broken off in the middle: told, nothing half, and the next run is well again.
        table = replace(table, mode="full")
        fake.fail("fetch:0", "DPY-4024")
        [result] = sync.sync_tables(con, reader, [table], run_id="4", identity="w", now=NOW)
        assert result.status == "failed"
        assert "语句超过时限，已取消（DPY-4024）" in result.detail
        [result] = sync.sync_tables(con, reader, [table], run_id="5", identity="w", now=NOW)
        assert (result.status, result.parity.equal) == ("ok", True)

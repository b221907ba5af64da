"""A small exchange, a warehouse and the sync between them, for tests that bring tables of their own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib import contract, sources, sync, warehouse
from orchestration.lib.exchange_config import Connection, Limits
from orchestration.lib.sync import Policy, SyncResult

from .tiny_exchange import TinyExchange

NOW = dt.datetime(2026, 6, 30, 22, 0)
DAY = dt.datetime(2026, 6, 1, 9, 0)
SMALL = Policy(piece_rows=50, whole_rows=20, key_rows=2, audit_runs=3, aside_values=5, serial_overlap=2)


def column(name: str, data_type: str, **meta: Any) -> dict[str, Any]:
    return {"name": name, "data_type": data_type, "config": {"meta": meta}}


COLUMNS = {
    "K": column("K", "varchar"),
    "S": column("S", "bigint"),
    "T": column("T", "timestamp"),
    "M": column("M", "decimal(16,2)"),
    "X": column("X", "varchar"),
}


def table(
    name: str, mode: str, cursor: str | None, *more: dict[str, Any], key: str = "K", **meta: Any
) -> contract.Table:
    node = {
        "source_name": "hrss",
        "name": name,
        "schema": "raw_hrss",
        "columns": [*COLUMNS.values(), *more],
        "meta": {"exchange_schema": "hrss", "key": [key], "mode": mode, "cursor": cursor, "parity_sums": ["M"], **meta},
    }
    return contract._build(node)


class House:
    """A tiny exchange, a warehouse and the sync between them."""

    def __init__(self, folder: Path, *tables: contract.Table) -> None:
        self.exchange = TinyExchange(folder / "exchange.duckdb", tables)
        self.exchange.make(*(t.id for t in tables))
        self.tables = tables
        self.file = folder / "warehouse.duckdb"
        self.runs = 0

    def reader(self, **limits: Any) -> sources.DuckDBReader:
        """A reader of the exchange that behaves like one of a far server."""
        connection = Connection("far", "duckdb", ("*",), {"file": str(self.exchange.file)}, limits=Limits(**limits))
        reader = sources.DuckDBReader(connection)
        reader.scan_is_cheap = False
        return reader

    def sync(self, reader: Any = None, policy: Policy = SMALL, **more: Any) -> SyncResult:
        self.runs += 1
        with warehouse.opened(self.file) as con:
            results = sync.sync_tables(
                con,
                reader or sources.DuckDBReader.of(self.exchange.file),
                self.tables,
                run_id=f"run{self.runs}",
                identity="w",
                now=NOW + dt.timedelta(days=self.runs),
                policy=policy,
                **more,
            )
            return next(iter(list(results)))

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.file)) as con:
            return con.execute(statement).fetchall()

    def fill(self, rows: int, start: int = 0) -> None:
        """Rows over many days, in order of their change times."""
        self.exchange.sql(
            f"insert into hrss.{self.tables[0].name} (K, S, T, M, X)"
            f" select 'k' || i, i, timestamp '2026-01-01' + interval 1 day * i, i, 'x' from range({start}, {start + rows}) r(i)"
        )

    def equal(self) -> bool:
        """Whether the raw table holds exactly what the exchange holds."""
        with duckdb.connect(str(self.file)) as con:
            con.execute(f"attach '{self.exchange.file}' as e (read_only)")
            name, names = self.tables[0].name, "K, S, T, M, X"
            rows = con.execute(
                f"(select {names} from e.hrss.{name} except all select {names} from raw_hrss.{name}) union all"
                f" (select {names} from raw_hrss.{name} except all select {names} from e.hrss.{name})"
            ).fetchall()
            return not rows

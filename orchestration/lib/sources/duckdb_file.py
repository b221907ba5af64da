"""The embedded exchange: a DuckDB file that the simulator writes."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.lib.contract import Table
from orchestration.lib.sources.base import ALIAS, ExchangeError, attached_columns, literal, quoted


class DuckDBExchange:
    """Reads an exchange database from a DuckDB file."""

    kind = "duckdb"

    def __init__(self, file: Path) -> None:
        self.file = file

    def attach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Attach the file read-only."""
        if not self.file.exists():
            raise ExchangeError(f"交换库文件不存在：{self.file.name}，请先运行 python -m simulator build")
        try:
            con.execute(f"attach {literal(str(self.file))} as {ALIAS} (read_only)")
        except duckdb.Error as error:
            raise ExchangeError(f"交换库打不开：{type(error).__name__}") from None

    def detach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Detach the file."""
        con.execute(f"detach database if exists {ALIAS}")

    def columns(self, con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, tuple[str, str]]:
        """Columns as they are in the file."""
        return attached_columns(con, table)[2]

    def relation(self, con: duckdb.DuckDBPyConnection, table: Table) -> str:
        """The attached table."""
        schema, name, _ = attached_columns(con, table)
        return f"{ALIAS}.{quoted(schema)}.{quoted(name)}"

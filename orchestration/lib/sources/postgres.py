"""An exchange on a PostgreSQL server, read through DuckDB's postgres scanner."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.lib.contract import Table
from orchestration.lib.sources.base import ALIAS, ExchangeError, attached_columns, literal, quoted


def extension_file(package: str) -> Path:
    """The extension file that a PyPI package brings, so that nothing is downloaded."""
    import importlib

    module = importlib.import_module(package)
    folder = Path(str(module.__file__)).parent
    files = sorted(folder.rglob("*.duckdb_extension"))
    wanted = f"v{duckdb.__version__}"
    for file in files:
        if wanted in file.parts:
            return file
    raise ExchangeError(f"{package} holds no extension for DuckDB {duckdb.__version__}")


class PostgresExchange:
    """Reads an exchange database from PostgreSQL without ever writing to it."""

    kind = "postgres"

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._loose_numeric: dict[tuple[str, str], set[str]] = {}

    def __repr__(self) -> str:
        return "PostgresExchange(<address hidden>)"

    def attach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Attach the server read-only; the address, which may hold a password, stays out of errors."""
        try:
            con.execute(f"load '{extension_file('duckdb_extension_postgres_scanner')}'")
            con.execute(f"attach {literal(self._uri)} as {ALIAS} (type postgres, read_only)")
            rows = con.execute(
                f"select * from postgres_query('{ALIAS}', $$select table_schema, table_name, column_name"
                " from information_schema.columns where data_type = 'numeric' and numeric_precision is null$$)"
            ).fetchall()
        except duckdb.Error as error:
            raise ExchangeError(f"交换库 PostgreSQL 连接失败：{type(error).__name__}") from None
        for schema, table, column in rows:
            self._loose_numeric.setdefault((schema.upper(), table.upper()), set()).add(column)

    def detach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Close the connections to the server."""
        con.execute(f"detach database if exists {ALIAS}")

    def columns(self, con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, tuple[str, str]]:
        """Columns as read: a numeric without precision comes as text, because the scanner would make it a double."""
        found = attached_columns(con, table)[2]
        for name in self._loose_numeric.get((table.exchange_schema.upper(), table.name.upper()), set()):
            found[name.upper()] = (name, "VARCHAR")
        return found

    def relation(self, con: duckdb.DuckDBPyConnection, table: Table) -> str:
        """The attached table, or a query on the server where a numeric must be cast there."""
        schema, name, columns = attached_columns(con, table)
        loose = self._loose_numeric.get((schema.upper(), name.upper()), set())
        if not loose:
            return f"{ALIAS}.{quoted(schema)}.{quoted(name)}"
        items = ", ".join(
            f"{quoted(own)}::text as {quoted(own)}" if own in loose else quoted(own) for own, _ in columns.values()
        )
        return f"postgres_query('{ALIAS}', $$select {items} from {quoted(schema)}.{quoted(name)}$$)"

"""What readers share whose database DuckDB itself can attach: one look at its catalog, the names of its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb

from orchestration.lib.contract import Table
from orchestration.lib.exchange_config import Connection
from orchestration.lib.sources.base import SourceColumn, quoted


class AttachedTables:
    """The tables of an attached database, found whatever their letter case."""

    def __init__(self, connection: Connection, alias: str) -> None:
        self.connection = connection
        self.name = connection.name
        self.alias = alias
        self.limits = connection.limits
        self.windows = connection.windows
        self._tables: dict[tuple[str, str], tuple[str, str, dict[str, SourceColumn]]] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, <address hidden>)"

    def _look(self, con: duckdb.DuckDBPyConnection, schemas: Sequence[str] = ()) -> None:
        """Read the catalog once; tables and columns are asked for by upper-case name."""
        self._tables = {}
        rows = con.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns()"
            " where database_name = ? order by schema_name, table_name, column_index",
            [self.alias],
        ).fetchall()
        for schema, table, column, data_type in rows:
            entry = self._tables.setdefault((schema.upper(), table.upper()), (schema, table, {}))
            entry[2][column.upper()] = SourceColumn(column, data_type, data_type)

    def _place(self, table: Table) -> tuple[str, str]:
        schema = self.connection.schema_of(table.exchange_schema)
        return schema.upper(), table.name.upper()

    def _own(self, table: Table) -> tuple[str, str]:
        """Schema and table as they are spelled there."""
        schema, name, _ = self._tables[self._place(table)]
        return schema, name

    def _own_columns(self, table: Table) -> dict[str, SourceColumn]:
        found = self._tables.get(self._place(table))
        return found[2] if found else {}

    def columns(self, con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, SourceColumn]:
        """Columns as they are there; empty when there is no such table."""
        return dict(self._own_columns(table))

    def _attached(self, table: Table) -> str:
        schema, name = self._own(table)
        return f"{self.alias}.{quoted(schema)}.{quoted(name)}"

    @contextmanager
    def snapshot(self, con: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Nothing to do where each view is consistent by itself."""
        yield

    def join(self, con: duckdb.DuckDBPyConnection) -> None:
        """Nothing to do where each view is consistent by itself."""


def names(columns: Sequence[SourceColumn]) -> str:
    """Columns as select items."""
    return ", ".join(quoted(c.name) for c in columns) or "1"

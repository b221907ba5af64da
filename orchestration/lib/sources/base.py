"""What the sync asks of an exchange database."""

from __future__ import annotations

from typing import Protocol

import duckdb

from orchestration.lib.contract import Table

ALIAS = "exchange"


class ExchangeError(RuntimeError):
    """The exchange cannot be read; the message holds no address, credential or value of a row."""


class ExchangeReader(Protocol):
    """An exchange database that can be attached to a DuckDB connection, read-only."""

    kind: str

    def attach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Make its tables readable in the connection."""

    def detach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Let go of it."""

    def columns(self, con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, tuple[str, str]]:
        """Upper-case column name → (its own name, type as read); empty when the table does not exist."""

    def relation(self, con: duckdb.DuckDBPyConnection, table: Table) -> str:
        """What to write after FROM."""


def attached_columns(con: duckdb.DuckDBPyConnection, table: Table) -> tuple[str, str, dict[str, tuple[str, str]]]:
    """Actual schema, table and column names of an attached table, whatever their letter case."""
    rows = con.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns()"
        " where database_name = ? and upper(schema_name) = upper(?) and upper(table_name) = upper(?)"
        " order by column_index",
        [ALIAS, table.exchange_schema, table.name],
    ).fetchall()
    if not rows:
        return "", "", {}
    return rows[0][0], rows[0][1], {r[2].upper(): (r[2], r[3]) for r in rows}


def quoted(name: str) -> str:
    """An identifier as SQL text."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string as SQL text."""
    return "'" + text.replace("'", "''") + "'"

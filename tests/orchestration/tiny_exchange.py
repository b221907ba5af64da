"""Write a small exchange from the contract, without the simulator, for tests of the sync."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from common import paths
from orchestration.lib import contract


@cache
def tables() -> tuple[contract.Table, ...]:
    """The contract as declared in the project."""
    return contract.from_yaml(paths.dbt_project_dir() / "models" / "staging")


def physical_type(column: contract.Column) -> str:
    """How the exchange stores a column."""
    return "varchar" if column.text_format else column.data_type


class TinyExchange:
    """A DuckDB exchange that a test writes to row by row. Its tables come into being when they are first named."""

    def __init__(self, file: Path, contract_tables: Iterable[contract.Table] | None = None) -> None:
        self.file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        self.tables = {t.id: t for t in contract_tables or tables()}
        self._made: set[str] = set()
        with duckdb.connect(str(file)):
            pass

    def make(self, *ids: str) -> None:
        """Create these tables, empty, unless they were created before."""
        new = [self.tables[i] for i in ids if i not in self._made]
        if not new:
            return
        with duckdb.connect(str(self.file)) as con:
            for table in new:
                con.execute(f"create schema if not exists {table.exchange_schema}")
                body = ", ".join(f'"{c.name}" {physical_type(c)}' for c in table.columns)
                con.execute(f'create table {table.exchange_schema}."{table.name}" ({body})')
        self._made.update(t.id for t in new)

    def sql(self, statement: str, parameters: list[Any] | None = None) -> None:
        """Change the exchange as the departments would."""
        self.make(*re.findall(r"\b[a-z_]+\.[A-Z][A-Z0-9_]+\b", statement))
        with duckdb.connect(str(self.file)) as con:
            con.execute(statement, parameters or [])

    def put(self, table_id: str, **values: Any) -> None:
        """Add one row; columns not named are NULL."""
        self.make(table_id)
        table = self.tables[table_id]
        columns = ", ".join(f'"{c}"' for c in values)
        marks = ", ".join("?" for _ in values)
        self.sql(
            f'insert into {table.exchange_schema}."{table.name}" ({columns}) values ({marks})', list(values.values())
        )

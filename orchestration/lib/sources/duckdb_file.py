"""The embedded exchange: a DuckDB file that the simulator writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from orchestration.lib.contract import Table
from orchestration.lib.exchange_config import Connection
from orchestration.lib.sources import measuring
from orchestration.lib.sources.attached import AttachedTables, names
from orchestration.lib.sources.base import Bound, Checksum, ExchangeError, Measure, Rows, SourceColumn, Step, literal


class DuckDBReader(AttachedTables):
    """Reads an exchange database from a DuckDB file. While it is attached nobody else can write to the file."""

    kind = "duckdb"
    rereadable = True
    scan_is_cheap = True
    checksum: Checksum = "engine"
    trouble: ExchangeError | None = None

    def __init__(self, connection: Connection, alias: str = "exchange") -> None:
        super().__init__(connection, alias)
        self.file = Path(connection.required("file"))
        self._dialect = measuring.DuckDBDialect(self.checksum)

    @classmethod
    def of(cls, file: Path, alias: str = "exchange") -> DuckDBReader:
        """A reader of one file, without configuration."""
        return cls(Connection("file", "duckdb", ("*",), {"file": str(file)}), alias)

    def attach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Attach the file read-only."""
        if not self.file.exists():
            raise ExchangeError(f"交换库文件不存在：{self.file.name}，请先运行 python -m simulator build")
        try:
            con.execute(f"attach {literal(str(self.file))} as {self.alias} (read_only)")
        except duckdb.Error as error:
            raise ExchangeError(f"交换库打不开：{type(error).__name__}") from None
        self._look(con)
        self._keys = {
            (schema.upper(), table.upper(), frozenset(c.upper() for c in columns))
            for schema, table, columns in con.execute(
                "select schema_name, table_name, constraint_column_names from duckdb_constraints()"
                " where database_name = ? and constraint_type = 'PRIMARY KEY'",
                [self.alias],
            ).fetchall()
        }

    def detach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Detach the file."""
        try:
            con.execute(f"detach database if exists {self.alias}")
        except duckdb.Error:
            return

    def relation(
        self, con: duckdb.DuckDBPyConnection, table: Table, columns: Sequence[SourceColumn], rows: Rows
    ) -> str:
        """The attached table, cut down to these rows."""
        if rows.piece:
            start, end = rows.piece.split("-")
            where = f" where rowid >= {int(start)} and rowid < {int(end)}"
        else:
            condition = measuring.where(self._dialect, table, self._own_columns(table), rows)
            where = f" where {condition}" if condition else ""
        return f"(select {names(columns)} from {self._attached(table)}{where})"

    def measure(
        self,
        con: duckdb.DuckDBPyConnection,
        table: Table,
        columns: Mapping[str, SourceColumn],
        rows: Rows,
        *,
        keys: bool,
        by: Step | None = None,
    ) -> dict[Bound | None, Measure]:
        """Count and sum in the attached file."""
        condition = measuring.where(self._dialect, table, columns, rows)
        text = measuring.query(self._dialect, table, columns, self._attached(table), condition, keys=keys, by=by)
        return measuring.answer(table, con.execute(text).fetchall(), keys=keys)

    def unique_key(self, con: duckdb.DuckDBPyConnection, table: Table) -> bool:
        """Whether the file declares the key as primary key."""
        return (*self._place(table), frozenset(k.upper() for k in table.key)) in self._keys

    def pieces(self, con: duckdb.DuckDBPyConnection, table: Table, rows: int) -> Sequence[str]:
        """Ranges of row numbers, in the order in which they lie in the file."""
        row = con.execute(f"select max(rowid) + 1 from {self._attached(table)}").fetchone()
        last = int(row[0] or 0) if row else 0
        return [f"{start}-{min(start + rows, last)}" for start in range(0, last, rows)]

"""A stand-in for the Oracle driver's connect(): the statements of dbt-oracle run on an in-memory H2 in Oracle mode."""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb

# Debian: libh2-java. The newest first.
JARS = sorted((str(file) for file in Path("/usr/share/java").glob("h2*.jar")), reverse=True)


def missing() -> str | None:
    """What this machine lacks for H2, or None."""
    if not shutil.which("java"):
        return "java is missing: apt-get install openjdk-17-jre-headless"
    if not JARS:
        return "H2 is missing: apt-get install libh2-java"
    return None


class H2:
    """An in-memory H2 in Oracle mode that lives as long as this object's connection."""

    def __init__(self) -> None:
        import jaydebeapi
        import jpype.config

        # The machine ends with the process; ending it before has hung behind threads that dbt leaves.
        jpype.config.destroy_jvm = False
        self.name = f"exchange{uuid.uuid4().hex[:8]}"
        self.statements: list[str] = []
        self.asked_for: dict[str, str] = {}
        self._jdbc = jaydebeapi
        self.keeper = self._connect()

    def _connect(self) -> Any:
        url = f"jdbc:h2:mem:{self.name};MODE=Oracle"
        return self._jdbc.connect("org.h2.Driver", url, ["reader", "reader"], JARS[0])

    def execute(self, statement: str) -> None:
        """Run one statement, e.g. to make a table."""
        cursor = self.keeper.cursor()
        cursor.execute(statement)
        cursor.close()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        cursor = self.keeper.cursor()
        cursor.execute(query)
        found = cursor.fetchall()
        cursor.close()
        return [tuple(row) for row in found]

    def copy_from(self, con: duckdb.DuckDBPyConnection, schema: str, table: str, folder: Path) -> None:
        """The table of an attached DuckDB exchange, with Oracle's types: VARCHAR2, NUMBER, DATE, TIMESTAMP."""
        columns = con.execute(
            "select column_name, data_type from duckdb_columns() where schema_name = ? and table_name = ? order by column_index",
            [schema, table],
        ).fetchall()
        file = folder / f"{schema}.{table}.csv"
        con.execute(f"copy (from {schema}.\"{table}\") to '{file}' (header, nullstr '~null~')")
        self.execute(f"create schema if not exists {schema}")
        body = ", ".join(f"{name} {oracle_type(kind)}" for name, kind in columns)
        self.execute(f"create table {schema}.{table} ({body})")
        values = ", ".join(name for name, _ in columns)
        self.execute(
            f"insert into {schema}.{table} select {values} from csvread('{file}', null, 'charset=UTF-8 preserveWhitespace=true nullString=~null~')"
        )

    def connect(self, **given: Any) -> Connection:
        """What oracledb.connect is replaced by."""
        self.asked_for = {name: given[name] for name in ("user", "password", "dsn")}
        return Connection(self)

    def close(self) -> None:
        """Forget the database: it is gone with its last connection."""
        self.keeper.close()


def oracle_type(kind: str) -> str:
    """The type that an Oracle exchange would use."""
    if kind.startswith("DECIMAL"):
        return "NUMBER" + kind.removeprefix("DECIMAL")
    return {
        "VARCHAR": "VARCHAR2(4000)", "INTEGER": "NUMBER(10)", "BIGINT": "NUMBER(19)", "TIMESTAMP": "TIMESTAMP(6)", "DATE": "DATE",
        "DOUBLE": "BINARY_DOUBLE", "BOOLEAN": "CHAR(1)",
    }[kind]  # fmt: skip


class Connection:
    """As much of oracledb.Connection as dbt-oracle uses."""

    def __init__(self, database: H2) -> None:
        self._database = database
        self._jdbc = database._connect()

    def cursor(self) -> Cursor:
        """A new cursor."""
        return Cursor(self._database, self._jdbc.cursor())

    def commit(self) -> None:
        """Nothing to commit: the check only reads."""

    rollback = commit

    def close(self) -> None:
        """Close the session."""
        self._jdbc.close()


class Cursor:
    """As much of oracledb.Cursor as dbt-oracle uses; every statement is recorded."""

    def __init__(self, database: H2, jdbc: Any) -> None:
        self._database = database
        self._jdbc = jdbc

    def execute(self, statement: str, parameters: Any = None) -> Cursor:
        """Run a statement; dbt-oracle passes no parameters in what it runs here."""
        assert not parameters, "this stand-in has no bind variables"
        self._database.statements.append(statement)
        self._jdbc.execute(statement)
        return self

    @property
    def rowcount(self) -> int:
        """Rows affected, -1 where unknown."""
        return int(self._jdbc.rowcount)

    @property
    def description(self) -> list[tuple[Any, ...]] | None:
        """Columns of the result, names in upper case as Oracle gives them."""
        found = self._jdbc.description
        if found is None:
            return None
        kinds = [_kind(str(item[1])) for item in found]
        return [
            (item[0].upper(), SimpleNamespace(name=kind), *item[2:]) for item, kind in zip(found, kinds, strict=True)
        ]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows, with Python's own types for times."""
        return [tuple(_value(v) for v in row) for row in self._jdbc.fetchall()]

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        """Some rows."""
        return [
            tuple(_value(v) for v in row) for row in (self._jdbc.fetchmany(size) if size else self._jdbc.fetchmany())
        ]

    def fetchone(self) -> tuple[Any, ...] | None:
        """One row or None."""
        row = self._jdbc.fetchone()
        return None if row is None else tuple(_value(v) for v in row)

    def close(self) -> None:
        """Release the statement."""
        self._jdbc.close()


def _kind(jdbc: str) -> str:
    return (
        "DB_TYPE_TIMESTAMP"
        if "TIMESTAMP" in jdbc
        else "DB_TYPE_NUMBER"
        if "INT" in jdbc or "NUM" in jdbc
        else "DB_TYPE_VARCHAR"
    )


def _value(value: Any) -> Any:
    """JDBC's texts of moments as datetime, its numbers as int."""
    if isinstance(value, str) and len(value) >= 19 and value[4] == "-" and value[10] in " T":
        return dt.datetime.fromisoformat(value)
    if value is not None and type(value).__name__ in ("java.lang.Long", "java.math.BigDecimal", "JLong"):
        return int(str(value))
    return value

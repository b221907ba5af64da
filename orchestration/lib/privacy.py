"""Look for clear personal data in a snapshot before anybody may read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from orchestration.lib.contract import Table

KINDS = ("phone", "id_number", "account")
SHORTEST = 7
# Runs of digits (with the marks that stand between them) that could be a number of a person.
_RUNS = r"[0-9][0-9\-]{5,}[0-9Xx]"


@dataclass(frozen=True)
class Leak:
    """A published column that holds clear values."""

    table: str
    column: str
    values: int


def collect_clear_values(
    con: duckdb.DuckDBPyConnection, tables: Iterable[Table], vault_relation: str | None = None
) -> int:
    """Gather every phone, id number and account of the raw tables into the temp table _clear."""
    con.execute("create or replace temp table _clear (clear_value varchar)")
    parts = [
        f'select distinct trim("{column.name}") as clear_value from {table.raw}'
        for table in tables
        for column in table.columns
        if column.personal_data in KINDS
    ]
    if vault_relation:
        wanted = ", ".join(f"'{k}'" for k in KINDS)
        parts.append(f"select distinct clear_value from {vault_relation} where kind in ({wanted})")
    for part in parts:
        con.execute(f"insert into _clear select clear_value from ({part}) where length(clear_value) >= {SHORTEST}")
    con.execute("create or replace temp table _clear as select distinct clear_value from _clear")
    row = con.execute("select count(*) from _clear").fetchone()
    return int(row[0]) if row else 0


def scan(con: duckdb.DuckDBPyConnection, database: str) -> list[Leak]:
    """Compare every text column of an attached snapshot with the clear values, whole and inside sentences."""
    columns = con.execute(
        "select table_name, column_name from duckdb_columns() where database_name = ? and schema_name = 'main'"
        " and data_type like 'VARCHAR%' order by all",
        [database],
    ).fetchall()
    leaks = []
    for table, column in columns:
        row = con.execute(
            f'with distinct_value as (select distinct "{column}" as v from {database}.main."{table}"'
            f'  where length("{column}") >= {SHORTEST}),'
            f" piece as (select v as p from distinct_value union"
            f"  select unnest(regexp_extract_all(v, '{_RUNS}')) as p from distinct_value)"
            " select count(*) from piece join _clear on _clear.clear_value = trim(piece.p)"
        ).fetchone()
        if row and row[0]:
            leaks.append(Leak(table, column, int(row[0])))
    return leaks

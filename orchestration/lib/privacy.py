"""Look for clear personal data in a snapshot before anybody may read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import duckdb

from orchestration.lib.contract import Table

KINDS = ("phone", "id_number", "account")
SHORTEST = 7
# Values (rows times columns) that one statement looks at.
ROWS_AT_ONCE = 4_000_000
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


def scan(
    con: duckdb.DuckDBPyConnection, database: str, tokens: Collection[tuple[str, str]] = frozenset()
) -> list[Leak]:
    """Compare every text column of an attached snapshot with the clear values, whole and inside sentences.

    `tokens` are the columns of keyed hashes: among millions of them, some run of digits is somebody's number by chance.
    """
    columns: dict[tuple[str, int], list[str]] = {}
    for table, rows, column in con.execute(
        "select t.table_name, t.estimated_size, c.column_name from duckdb_columns() c join duckdb_tables() t"
        " on c.database_name = t.database_name and c.schema_name = t.schema_name and c.table_name = t.table_name"
        " where c.database_name = ? and c.schema_name = 'main' and c.data_type like 'VARCHAR%' order by all",
        [database],
    ).fetchall():
        if (table, column) not in tokens:
            columns.setdefault((table, int(rows or 0)), []).append(column)
    leaks = []
    for (table, rows), names in columns.items():
        # A statement costs more than a small table; a large one is read column by column, so that memory stays bounded.
        together = max(ROWS_AT_ONCE // max(rows, 1), 1)
        for start in range(0, len(names), together):
            leaks += _scan_columns(con, f'{database}.main."{table}"', table, names[start : start + together])
    return leaks


def _scan_columns(con: duckdb.DuckDBPyConnection, relation: str, table: str, names: list[str]) -> list[Leak]:
    values = " union all ".join(
        f'select distinct {place} as place, "{name}" as v from {relation} where length("{name}") >= {SHORTEST}'
        for place, name in enumerate(names)
    )
    found = con.execute(
        f"with distinct_value as ({values}),"
        " piece as (select place, v as p from distinct_value union"
        f"  select place, unnest(regexp_extract_all(v, '{_RUNS}')) as p from distinct_value)"
        " select place, count(*) from piece join _clear on _clear.clear_value = trim(piece.p) group by place order by place"
    ).fetchall()
    return [Leak(table, names[place], int(count)) for place, count in found]

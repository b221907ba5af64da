"""What is shown of rows in quarantine: table, key, column, reason and a masked value, one entry a problem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import duckdb
import pyarrow as pa

from orchestration.lib.contract import Table
from orchestration.lib.masking import mask_free_text, mask_value
from orchestration.lib.sources import measuring
from orchestration.lib.sources.base import quoted
from orchestration.lib.typing_sql import TypedTable

LIMIT = 10_000  # entries of a table; the count in ops.sync_table is always exact
ENTRY = pa.schema(
    [(name, pa.string()) for name in ("key_text", "column_name", "reason", "raw_value_masked", "row_ref")]
)


def _key_text(table: Table, values: Sequence[object]) -> str:
    parts = []
    for name, value in zip(table.key, values, strict=True):
        kind = table.column(name).personal_data
        text = None if value is None else str(value)
        parts.append((mask_value(text, kind) if kind else mask_free_text(text, 80)) or "")
    return "|".join(parts)


def _masked(kind: str | None, raw: str | None) -> str | None:
    return mask_value(raw, kind) if kind else mask_free_text(raw)


def _reference(cursor: str, keys: Sequence[str]) -> str:
    """Names a row of the source by cursor and key without showing either."""
    return f"md5(concat_ws('|', coalesce(cast({cursor} as varchar), ''), {', '.join(keys)}))"


def _write(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    entries: Sequence[tuple[str | None, ...]],
    run_id: str,
    now: dt.datetime,
) -> None:
    columns = list(zip(*entries, strict=True))
    con.register("_entries", pa.table([pa.array(c, pa.string()) for c in columns], schema=ENTRY))
    try:
        con.execute(
            "delete from ops.quarantine where source_name = ? and table_name = ? and (row_ref, reason, column_name) in"
            " (select row_ref, reason, column_name from _entries)",
            [table.source, table.name],
        )
        con.execute(
            "insert into ops.quarantine (run_id, source_name, table_name, key_text, column_name, reason,"
            " raw_value_masked, quarantined_at, row_ref)"
            " select ?, ?, ?, key_text, column_name, reason, raw_value_masked, ?, row_ref from _entries",
            [run_id, table.source, table.name, now],
        )
    finally:
        con.unregister("_entries")


def note(con: duckdb.DuckDBPyConnection, typed: TypedTable, stage: str, *, run_id: str, now: dt.datetime) -> None:
    """Write an entry for each problem of each staged row that cannot be landed."""
    table, dialect = typed.table, measuring.DuckDBDialect()
    own = [typed.found[k.upper()] for k in table.key]
    keys = [dialect.key_text(column, table.column(k)) for column, k in zip(own, table.key, strict=True)]
    cursor = "null"
    if table.cursor:
        cursor = dialect.cursor(typed.found[table.cursor.upper()], table.column(table.cursor))
    problems = ", ".join(
        f"case when {condition} then {{'c': '{column.column.name}', 'r': '{reason}',"
        f" 'v': cast({column.raw} as varchar)}} end"
        for column, condition, reason in typed.problems()
    )
    shown = ", ".join(f"cast({quoted(column.name)} as varchar)" for column in own)
    rows = con.execute(
        "select ref, p.c, p.r, p.v, shown from ("
        f" select {_reference(cursor, keys)} as ref, [{shown}] as shown,"
        f" unnest(list_filter([{problems}], lambda x: x is not null)) as p from {typed.as_read(stage)}"
        f") order by all limit {LIMIT}"
    ).fetchall()
    kinds = {c.name: c.personal_data for c in table.columns}
    entries = [
        (_key_text(table, shown), column, reason, _masked(kinds[column], raw), ref)
        for ref, column, reason, raw, shown in rows
    ]
    if entries:
        _write(con, table, entries, run_id, now)


def note_twins(con: duckdb.DuckDBPyConnection, table: Table, store: str, *, run_id: str, now: dt.datetime) -> None:
    """Write an entry for each row that contradicts the one that counts."""
    keys = [f"_key[{n}]" for n in range(1, len(table.key) + 1)]
    shown = ", ".join(f"cast({quoted(k)} as varchar)" for k in table.key)
    rows = con.execute(
        f"select {_reference('_cursor', keys)}, [{shown}] from {store} where _reason = 'duplicate_key'"
        f" order by all limit {LIMIT}"
    ).fetchall()
    name = ",".join(table.key)
    if rows:
        entries = [(_key_text(table, shown), name, "duplicate_key", None, ref) for ref, shown in rows]
        _write(con, table, entries, run_id, now)


def tidy(con: duckdb.DuckDBPyConnection, table: Table, store: str | None) -> None:
    """Take out the entries of rows that are no longer set aside."""
    kept = ""
    if store:
        keys = [f"_key[{n}]" for n in range(1, len(table.key) + 1)]
        kept = f" and row_ref not in (select {_reference('_cursor', keys)} from {store} where _reason <> 'superseded')"
    con.execute(
        f"delete from ops.quarantine where source_name = ? and table_name = ?{kept}", [table.source, table.name]
    )

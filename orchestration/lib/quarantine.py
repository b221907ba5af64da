"""Set aside rows that cannot be landed: table, key, column, reason and a masked value, one entry a problem."""

from __future__ import annotations

import datetime as dt

import duckdb

from orchestration.lib.contract import Table
from orchestration.lib.masking import mask_free_text, mask_value
from orchestration.lib.typing_sql import TypedTable

LIMIT = 10_000  # entries a table and run; the count in ops.sync_table is always exact


def _key_text(table: Table, values: tuple[object, ...]) -> str:
    parts = []
    for name, value in zip(table.key, values, strict=True):
        kind = table.column(name).personal_data
        text = None if value is None else str(value)
        parts.append((mask_value(text, kind) if kind else mask_free_text(text, 80)) or "")
    return "|".join(parts)


def _masked(kind: str | None, raw: str | None) -> str | None:
    return mask_value(raw, kind) if kind else mask_free_text(raw)


def store(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    typed: TypedTable,
    relation: str,
    *,
    run_id: str,
    now: dt.datetime,
) -> int:
    """Write the entries of this run's _stage and _loser; returns the number of rows set aside."""
    con.execute(
        "delete from ops.quarantine where run_id = ? and source_name = ? and table_name = ?",
        [run_id, table.source, table.name],
    )
    counts = con.execute(
        "select (select count(*) from _stage where _is_bad), (select count(*) from _loser where is_doubtful)"
    ).fetchone()
    assert counts is not None
    bad, doubtful = counts
    entries: list[tuple[object, ...]] = []
    if bad:
        raw_key = ", ".join(f"cast({typed.raw_of(k)} as varchar)" for k in table.key)
        for column, condition, reason in typed.problems():
            rows = con.execute(
                f"select cast({column.raw} as varchar), {raw_key} from {relation}"
                f" where {condition} order by all limit {LIMIT}"
            ).fetchall()
            kind = column.column.personal_data
            entries += [(_key_text(table, row[1:]), column.column.name, reason, _masked(kind, row[0])) for row in rows]
    if doubtful:
        keys = ", ".join(f'cast(s."{k}" as varchar)' for k in table.key)
        rows = con.execute(
            f"select {keys} from _stage s join _loser l on l.row_no = s.rowid where l.is_doubtful"
            f" order by all limit {LIMIT}"
        ).fetchall()
        entries += [(_key_text(table, row), ",".join(table.key), "duplicate_key", None) for row in rows]
    if entries:
        con.executemany(
            "insert into ops.quarantine values (?, ?, ?, ?, ?, ?, ?, ?)",
            [(run_id, table.source, table.name, *entry, now) for entry in entries[:LIMIT]],
        )
    return int(bad) + int(doubtful)

"""What is shown of rows in quarantine: table, key, column, reason and a masked value, one entry a problem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from common.quarantine import reason_word
from orchestration.lib.contract import Table
from orchestration.lib.masking import mask_free_text, mask_value
from orchestration.lib.sources import measuring
from orchestration.lib.sources.base import quoted
from orchestration.lib.typing_sql import TypedTable

LIMIT = 10_000  # entries of a table; the count in ops.sync_table is always exact
SHOWN = 20  # entries of a table that the command prints
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
    """Write what each row that contradicts the one that counts says otherwise: an entry a differing column, this row's value."""
    keys = [f"_key[{n}]" for n in range(1, len(table.key) + 1)]
    shown = ", ".join(f"cast(s.{quoted(k)} as varchar)" for k in table.key)
    same = " and ".join(f"s.{quoted(k)} = r.{quoted(k)}" for k in table.key)
    others = [c for c in table.columns if c.name not in table.key]
    differing = ", ".join(
        f"case when s.{quoted(c.name)} is distinct from r.{quoted(c.name)}"
        f" then {{'c': '{c.name}', 'v': cast(s.{quoted(c.name)} as varchar)}} end"
        for c in others
    )
    # Where it differs in nothing that is declared, or no row counts, the key stands for it.
    name = ",".join(table.key)
    rows = con.execute(
        f"select ref, p.c, p.v, shown from (select ref, shown, unnest(case when len(found) = 0 or not landed"
        f" then [{{'c': '{name}', 'v': cast(null as varchar)}}] else found end) as p from ("
        f" select {_reference('s._cursor', [f's.{k}' for k in keys])} as ref, [{shown}] as shown,"
        f" r.{quoted(table.key[0])} is not null as landed,"
        f" list_filter([{differing or 'null'}], lambda x: x is not null) as found"
        f" from {store} s left join {table.raw} r on {same} where s._reason = 'duplicate_key'"
        f")) order by all limit {LIMIT}"
    ).fetchall()
    # All of them are written anew: another column may differ now.
    con.execute(
        "delete from ops.quarantine where source_name = ? and table_name = ? and reason = 'duplicate_key'",
        [table.source, table.name],
    )
    kinds = {c.name: c.personal_data for c in table.columns}
    if rows:
        entries = [
            (_key_text(table, shown), column, "duplicate_key", _masked(kinds.get(column), value), ref)
            for ref, column, value, shown in rows
        ]
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
    # Each piece of a load noted as many as are shown of the whole table.
    con.execute(
        "delete from ops.quarantine where rowid in (select rowid from ops.quarantine where source_name = ? and table_name = ?"
        f" order by row_ref, reason, column_name offset {LIMIT})",
        [table.source, table.name],
    )


@dataclass(frozen=True)
class Held:
    """What waits of one table: rows as its newest sync counted them, and the entries that are kept of their problems."""

    table: str
    rows: int
    problems: int
    entries: tuple[tuple[str, str, str, str | None], ...]

    def lines(self) -> list[str]:
        """The table, and each entry: key, column, reason and masked value."""
        head = f"{self.table}：隔离 {self.rows:,} 行，登记问题 {self.problems:,} 处"
        if self.problems > len(self.entries):
            head += f"，列出前 {len(self.entries):,} 处"
        out = [head]
        for key, column, reason, value in self.entries:
            told = "" if value is None else f"，原值 {value!r}"
            out.append(f"  主键 {key or '（空）'}，列 {column}：{reason_word(reason)}{told}")
        return out


def held(con: duckdb.DuckDBPyConnection, tables: Sequence[str] = (), *, shown: int = SHOWN) -> list[Held]:
    """The tables with something in quarantine (or those of them that are named), and some entries of each."""
    counted = con.execute(
        """
        with newest as (
            select source_name || '.' || table_name as name, coalesce(rows_quarantined, 0) as held from ops.sync_table
            where status = 'ok'
            qualify row_number() over (partition by source_name, table_name order by synced_at desc, run_id desc) = 1
        ), noted as (
            select source_name || '.' || table_name as name, count(*) as problems from ops.quarantine group by all
        )
        select name, coalesce(newest.held, 0), coalesce(noted.problems, 0) from newest full join noted using (name)
        where coalesce(newest.held, 0) + coalesce(noted.problems, 0) > 0 order by name
        """
    ).fetchall()
    out = []
    for name, rows, problems in counted:
        if tables and name not in tables:
            continue
        entries = con.execute(
            "select key_text, column_name, reason, raw_value_masked from ops.quarantine"
            f" where source_name || '.' || table_name = ? order by key_text, row_ref, column_name, reason limit {shown}",
            [name],
        ).fetchall()
        out.append(Held(name, rows, problems, tuple(entries)))
    return out

"""The rows of a table that are upstream and not in its raw table, and why: so that both sides can be counted exactly.

Two kinds: rows in quarantine (they cannot be typed, or contradict a twin of the same key) and superseded ones (an older
version of a key upstream also has a newer version of). Kept as typed as they could be; blank where they could not.
"""

from __future__ import annotations

import duckdb

from orchestration.lib.contract import Table
from orchestration.lib.sources import measuring
from orchestration.lib.sources.base import SERIALS, Bound, Measure, Rows, SourceColumn, Step, quoted
from orchestration.lib.typing_sql import TypedTable

SCHEMA = "raw_aside"
SUPERSEDED = "superseded"
DUPLICATE = "duplicate_key"
BAD = "bad_value"


class Aside:
    """The store of one table; the table behind it exists only once it was needed."""

    def __init__(self, con: duckdb.DuckDBPyConnection, table: Table, known: set[str]) -> None:
        self.con = con
        self.table = table
        self.known = known
        self.name = f"{SCHEMA}.{quoted(self._plain)}"

    @property
    def _plain(self) -> str:
        return f"{self.table.source}__{self.table.name}"

    @property
    def exists(self) -> bool:
        """Whether rows of this table were ever set aside."""
        return self._plain in self.known

    def _cursor_type(self) -> str:
        return "bigint" if measuring.is_serial(self.table) else "timestamp"

    def create(self) -> None:
        """Make the table behind it."""
        if self.exists:
            return
        table = self.table
        sums = "".join(f', "_sum_{n}" decimal(38, 6)' for n in table.parity_sums)
        body = ", ".join(f"{quoted(c.name)} {c.data_type}" for c in table.columns)
        self.con.execute(f"create schema if not exists {SCHEMA}")
        self.con.execute(
            f"create or replace table {self.name} ({body}, _reason varchar, _key varchar[], _cursor {self._cursor_type()}"
            f"{sums}, _keeps boolean, _synced_at timestamp, _run_id varchar)"
        )
        self.known.add(self._plain)

    def drop(self) -> None:
        """Forget everything (another world, another shape)."""
        if self.exists:
            self.con.execute(f"drop table {self.name}")
            self.known.discard(self._plain)

    def condition(self, rows: Rows) -> str:
        """The rows that lie in what is read again."""
        if rows.whole:
            return "true"
        kind = self._cursor_type().upper()
        name = (self.table.cursor or "").upper()
        return measuring.where(measuring.DuckDBDialect(), self.table, {name: SourceColumn("_cursor", kind)}, rows)

    def clear(self, rows: Rows) -> None:
        """Take out what is read again now."""
        if self.exists:
            self.con.execute(f"delete from {self.name} where {self.condition(rows)}")

    def _add(self, select: str, moment: str, run_id: str) -> None:
        self.create()
        self.con.execute(
            f"insert into {self.name} by name"
            f" select *, false as _keeps, {moment} as _synced_at, '{run_id}' as _run_id from ({select})"
        )

    def add_bad(self, typed: TypedTable, stage: str, moment: str, run_id: str) -> None:
        """Rows of the stage that cannot be typed."""
        dialect = measuring.DuckDBDialect()
        keys = ", ".join(dialect.key_text(typed.found[k.upper()], self.table.column(k)) for k in self.table.key)
        found = ["_row", f"'{BAD}' as _reason", f"[{keys}] as _key", f"{self._cursor(typed)} as _cursor"]
        found += [
            f'try_cast({dialect.number(typed.found[n.upper()], self.table.column(n))} as decimal(38, 6)) as "_sum_{n}"'
            for n in self.table.parity_sums
        ]
        columns = ", ".join(f"s.{quoted(c.name)}" for c in self.table.columns)
        as_read = f"(select {', '.join(found)} from {typed.as_read(stage)})"
        self._add(
            f"select {columns}, b.* exclude (_row) from {as_read} b join {stage} s on s.rowid = b._row", moment, run_id
        )

    def _cursor(self, typed: TypedTable) -> str:
        if not self.table.cursor:
            return f"cast(null as {self._cursor_type()})"
        own = typed.found[self.table.cursor.upper()]
        return measuring.DuckDBDialect().cursor(own, self.table.column(self.table.cursor))

    def add_good(self, relation: str, moment: str, run_id: str) -> None:
        """Rows that are typed but do not count; the relation has the table's columns and _reason."""
        dialect = measuring.DuckDBDialect()
        landed = landed_columns(self.table)
        keys = ", ".join(dialect.key_text(landed[k.upper()], self.table.column(k)) for k in self.table.key)
        cursor = f"cast(null as {self._cursor_type()})"
        if self.table.cursor:
            cursor = dialect.cursor(landed[self.table.cursor.upper()], self.table.column(self.table.cursor))
        columns = ", ".join(quoted(c.name) for c in self.table.columns)
        sums = "".join(f', cast({quoted(n)} as decimal(38, 6)) as "_sum_{n}"' for n in self.table.parity_sums)
        self._add(
            f"select {columns}, _reason, [{keys}] as _key, {cursor} as _cursor{sums} from {relation}", moment, run_id
        )

    def mark_kept(self, stage: str) -> None:
        """Where the newest version cannot be read the last good one stays; where a good one came it is no longer kept."""
        if not self.exists:
            return
        same = " and ".join(f"a.{quoted(k)} = r.{quoted(k)}" for k in self.table.key)
        staged = " and ".join(f"a.{quoted(k)} = s.{quoted(k)}" for k in self.table.key)
        self.con.execute(
            f"update {self.name} a set _keeps ="
            f" exists (select 1 from {self.table.raw} r where {same})"
            f" and not exists (select 1 from {stage} s where not s._bad and {staged})"
            f" where _reason = '{BAD}' and exists (select 1 from {stage} s where {staged})"
        )

    def keep_from(self, raw: str, loaded: str) -> bool:
        """Before a swap: mark the unreadable rows for which the raw table has a version and the loaded one none."""
        same = " and ".join(f"a.{quoted(k)} = r.{quoted(k)}" for k in self.table.key)
        self.con.execute(
            f"update {self.name} a set _keeps = true where _reason = '{BAD}'"
            f" and exists (select 1 from {raw} r where {same}) and not exists (select 1 from {loaded} r where {same})"
        )
        return self._any("_keeps")

    def kept(self, relation: str) -> str:
        """A relation of the raw table without the rows that stand in for an unreadable version."""
        if not self.exists or not self._any("_keeps"):
            return relation
        same = " and ".join(f"a.{quoted(k)} = r.{quoted(k)}" for k in self.table.key)
        return f"(select * from {relation} r where not exists (select 1 from {self.name} a where a._keeps and {same}))"

    def _any(self, condition: str) -> bool:
        row = self.con.execute(f"select count(*) from {self.name} where {condition}").fetchone()
        return bool(row and row[0])

    def cursors(self, limit: int | None = None, *, bad_only: bool = False) -> tuple[list[Bound], bool] | None:
        """Cursor values of the rows set aside, and whether some have none; None when there are more than the limit."""
        if not self.exists:
            return [], False
        where = f"where _reason <> '{SUPERSEDED}'" if bad_only else ""
        rows = self.con.execute(
            f"select distinct _cursor from {self.name} {where} order by 1" + (f" limit {limit + 1}" if limit else "")
        ).fetchall()
        values = [row[0] for row in rows if row[0] is not None]
        if limit is not None and len(values) > limit:
            return None
        return values, any(row[0] is None for row in rows)

    def twins_of(self, keys: str) -> list[Bound | None]:
        """Cursors of superseded or doubtful rows whose key is in a relation of keys."""
        if not self.exists:
            return []
        same = " and ".join(f"a.{quoted(k)} = k.{quoted(k)}" for k in self.table.key)
        rows = self.con.execute(
            f"select distinct _cursor from {self.name} a"
            f" where _reason <> '{BAD}' and exists (select 1 from {keys} k where {same})"
        ).fetchall()
        return [row[0] for row in rows]

    def quarantined(self) -> int:
        """How many rows wait to be put right upstream."""
        if not self.exists:
            return 0
        row = self.con.execute(f"select count(*) from {self.name} where _reason <> '{SUPERSEDED}'").fetchone()
        return int(row[0]) if row else 0

    def measure(self, rows: Rows, *, checksum: str, keys: bool, by: Step | None) -> dict[Bound | None, Measure]:
        """The same measurement that the source and the raw table are asked for."""
        if not self.exists:
            return {}
        serial = measuring.is_serial(self.table)
        dialect = measuring.DuckDBDialect(checksum)
        bucket = "null"
        if by and self.table.cursor:
            size = SERIALS[by]
            bucket = f"floor(_cursor / {size}) * {size}" if serial else dialect.bucket("_cursor", by)
        micros = "_cursor" if serial else dialect.micros_of("_cursor")
        key = "null"
        if keys:
            key = f"sum({dialect.number_of([f'_key[{n}]' for n in range(1, len(self.table.key) + 1)])})"
        sums = "".join(f', sum("_sum_{n}")' for n in self.table.parity_sums)
        found = self.con.execute(
            f"select {bucket}, count(*), max(_cursor), sum({micros}), {key}{sums} from {self.name}"
            f" where {self.condition(rows)} group by 1"
        ).fetchall()
        return measuring.answer(self.table, found, keys=keys)


def landed_columns(table: Table) -> dict[str, SourceColumn]:
    """The raw table's columns as a measurement sees them."""
    return {c.name.upper(): SourceColumn(c.name, c.data_type.upper()) for c in table.columns}

"""One query that counts and sums a table, spelled in each database's SQL by a small dialect; and how its answer is read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from orchestration.lib.contract import Column, Table
from orchestration.lib.sources.base import SERIALS, Bound, Measure, Rows, SourceColumn, Step, bound_literal, quoted

SCALE = Decimal("0.000001")
# Between these a double of seconds is exact to less than half a microsecond.
NEAR = (dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1))
_SHORT_SCALE = re.compile(r"numeric\(\d+,\s*[0-6]\)")


class Dialect(Protocol):
    """What the databases spell differently. Every expression is over one row of the source."""

    def number(self, column: SourceColumn, declared: Column) -> str:
        """An exact number rounded to six decimals; NULL for what is none (text, NaN, infinity, NULL)."""

    def cursor(self, column: SourceColumn, declared: Column) -> str:
        """The cursor as a finite timestamp (or an integer); NULL for what is none."""

    def micros(self, column: SourceColumn, declared: Column) -> str:
        """The cursor, which is a time, as an exact number of microseconds since 1970."""

    def bucket(self, moment: str, step: Step) -> str:
        """First moment of the calendar month or day."""

    def key_number(self, parts: Sequence[tuple[SourceColumn, Column]]) -> str:
        """The number of one row's key, see `SourceReader.measure`."""

    def bound(self, bound: Bound) -> str:
        """A cursor value as a literal."""


def is_serial(table: Table) -> bool:
    """Whether the cursor counts instead of telling a time."""
    return table.cursor is not None and table.column(table.cursor).data_type in ("integer", "bigint")


def where(dialect: Dialect, table: Table, columns: Mapping[str, SourceColumn], rows: Rows) -> str:
    """The rows as a condition on the source's own cursor column, so that its index can serve; '' for the whole table."""
    if not (rows.windows or rows.values or rows.nulls):
        return ""
    if table.cursor is None:
        raise ValueError(f"{table.id} has no cursor to choose rows by")
    own = columns[table.cursor.upper()]
    # A cursor that comes as text cannot be compared as it is.
    text = own.read_as.upper() == "VARCHAR"
    column = dialect.cursor(own, table.column(table.cursor)) if text else quoted(own.name)
    parts = []
    for window in rows.windows:
        ends = [
            f"{column} {sign} {dialect.bound(bound)}"
            for sign, bound in ((">=", window.start), ("<", window.end))
            if bound is not None
        ]
        parts.append(f"({' and '.join(ends)})" if ends else f"{column} is not null")
    if rows.values:
        parts.append(f"{column} in ({', '.join(dialect.bound(value) for value in rows.values)})")
    if rows.nulls:
        parts.append(f"{column} is null")
    return " or ".join(parts)


def query(
    dialect: Dialect,
    table: Table,
    columns: Mapping[str, SourceColumn],
    relation: str,
    condition: str,
    *,
    keys: bool,
    by: Step | None,
    newest: Bound | None = None,
) -> str:
    """SELECT bucket, count, newest cursor, cursor sum, key sum, sums…; `relation` as the source calls it.

    `newest` is the newest cursor of all these rows, where an index has told it already.
    """
    serial = is_serial(table)
    cursor = "null"
    if table.cursor:
        cursor = dialect.cursor(columns[table.cursor.upper()], table.column(table.cursor))
    if by is None or table.cursor is None:
        bucket = "null"
    elif serial:
        bucket = f"floor({cursor} / {SERIALS[by]}) * {SERIALS[by]}"
    else:
        bucket = dialect.bucket(cursor, by)
    micros = "0"
    if table.cursor:
        own = columns[table.cursor.upper()], table.column(table.cursor)
        micros = cursor if serial else dialect.micros(*own)
    key = "null"
    if keys:
        key = f"sum({dialect.key_number([(columns[k.upper()], table.column(k)) for k in table.key])})"
    sums = [f"sum({dialect.number(columns[n.upper()], table.column(n))})" for n in table.parity_sums]
    latest = "null"
    if table.cursor:
        latest = f"max({cursor})" if newest is None else dialect.bound(newest)
    chosen = [bucket, "count(*)", latest, f"sum({micros})", key, *sums]
    named = ", ".join(f"{expression} as m{number}" for number, expression in enumerate(chosen))
    text = f"select {named} from {relation}"
    if condition:
        text += f" where {condition}"
    if by is not None and table.cursor is not None:
        text += f" group by {bucket}"
    return text


def answer(table: Table, rows: Iterable[Sequence[Any]], *, keys: bool) -> dict[Bound | None, Measure]:
    """Read what `query` gave back."""
    serial = is_serial(table)
    found: dict[Bound | None, Measure] = {}
    for bucket, count, latest, cursor_sum, key_sum, *sums in rows:
        found[_bound(bucket, serial)] = Measure(
            count=int(count),
            sums={n: _exact(v) for n, v in zip(table.parity_sums, sums, strict=True)},
            cursor_sum=_whole(cursor_sum),
            key_sum=_whole(key_sum) if keys else None,
            latest=_bound(latest, serial),
        )
    return found


def _whole(value: Any) -> int:
    return 0 if value is None else int(Decimal(str(value)))


def _exact(value: Any) -> Decimal:
    return Decimal(0).quantize(SCALE) if value is None else Decimal(str(value)).quantize(SCALE)


def _bound(value: Any, serial: bool) -> Bound | None:
    if value is None:
        return None
    if serial:
        return int(value)
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    return dt.datetime.fromisoformat(str(value))


class DuckDBDialect:
    """The spelling of DuckDB, for attached files and for the warehouse's own side."""

    def __init__(self, checksum: str = "md5") -> None:
        self.checksum = checksum

    def number(self, column: SourceColumn, declared: Column) -> str:
        """Text is read as a number where it is one."""
        own, read_as = quoted(column.name), column.read_as.upper()
        if read_as.startswith("DECIMAL") or read_as in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT"):
            return own
        blank = f"nullif(trim({own}), '')" if read_as == "VARCHAR" else own
        return f"try_cast({blank} as decimal(38, 6))"

    def cursor(self, column: SourceColumn, declared: Column) -> str:
        """Finite moments only; serials as they are."""
        own = quoted(column.name)
        if declared.data_type in ("integer", "bigint"):
            return f"try_cast({own} as bigint)"
        moment = f"try_cast(nullif(trim({own}), '') as timestamp)" if column.read_as.upper() == "VARCHAR" else own
        if column.read_as.upper() not in ("TIMESTAMP", "VARCHAR"):
            moment = f"try_cast({moment} as timestamp)"
        return f"case when isfinite({moment}) then {moment} end"

    def micros(self, column: SourceColumn, declared: Column) -> str:
        """epoch_us is exact."""
        return self.micros_of(self.cursor(column, declared))

    def micros_of(self, moment: str) -> str:
        """The number of a finite moment."""
        return f"epoch_us({moment})"

    def bucket(self, moment: str, step: Step) -> str:
        """As a timestamp, also for days."""
        return f"date_trunc('{step}', {moment})"

    def key_number(self, parts: Sequence[tuple[SourceColumn, Column]]) -> str:
        """The engine's own hash where it reads both sides, else md5."""
        return self.number_of([self.key_text(column, declared) for column, declared in parts])

    def number_of(self, texts: Sequence[str]) -> str:
        """The number of a key whose parts are these texts (never NULL)."""
        if self.checksum == "engine":
            return f"hash({', '.join(texts)})"
        joined = texts[0] if len(texts) == 1 else f"concat_ws('|', {', '.join(texts)})"
        return f"cast('0x' || left(md5({joined}), 8) as ubigint)"

    def bound(self, bound: Bound) -> str:
        """Standard SQL."""
        return bound_literal(bound)

    def key_text(self, column: SourceColumn, declared: Column) -> str:
        """The text of one part of a key."""
        own, read_as = quoted(column.name), column.read_as.upper()
        if declared.text_format and read_as == "VARCHAR":
            text = f"trim({own})"
        elif declared.data_type in ("integer", "bigint") and read_as == "VARCHAR":
            text = f"coalesce(cast(try_cast(trim({own}) as bigint) as varchar), {own})"
        elif declared.data_type == "date" and read_as != "VARCHAR":
            text = f"strftime({own}, '%Y%m%d')"
        elif declared.data_type == "timestamp" and read_as != "VARCHAR":
            text = f"strftime({own}, '%Y-%m-%d %H:%M:%S.%f')"
        else:
            text = own if read_as == "VARCHAR" else f"cast({own} as varchar)"
        return f"coalesce({text}, '')"


class PostgresDialect:
    """The spelling of PostgreSQL, for queries that the server itself runs.

    hopeful: no number is taken to be NaN; one that is makes the sum NaN, and the question has to be put again.
    near: every cursor lies in the years that doubles count to the microsecond, as an index has told.
    """

    def __init__(self, *, hopeful: bool = False, near: bool = False) -> None:
        self.hopeful = hopeful
        self.near = near

    def number(self, column: SourceColumn, declared: Column) -> str:
        """NaN and infinities count as nothing; text that looks like no plain number neither."""
        own, kind = quoted(column.name), column.source_type.lower()
        if kind in ("smallint", "integer", "bigint"):
            return own
        if _SHORT_SCALE.fullmatch(kind):
            # Nothing to round away, and no room for an infinity.
            return own if self.hopeful else f"case when {own} <> 'NaN' then {own} end"
        if kind.startswith("numeric"):
            return f"round(case when {own} not in ('NaN', 'Infinity', '-Infinity') then {own} end, 6)"
        text = f"trim({own}::text)"
        return f"round(case when {text} ~ '^[-+]?([0-9]{{1,32}}(\\.[0-9]*)?|\\.[0-9]+)$' then {text}::numeric end, 6)"

    def cursor(self, column: SourceColumn, declared: Column) -> str:
        """Finite moments only."""
        own = quoted(column.name)
        if declared.data_type in ("integer", "bigint"):
            return own
        if column.source_type.lower() == "timestamp without time zone":
            return own if self.near else f"case when isfinite({own}) then {own} end"
        return f"case when isfinite({own}) then {own}::timestamp end"

    def micros(self, column: SourceColumn, declared: Column) -> str:
        """Exact: extract gives numeric since PostgreSQL 14. A double is much cheaper, and exact while it rounds by less than a half."""
        own, moment = quoted(column.name), self.cursor(column, declared)
        exact = f"(extract(epoch from {moment}) * 1000000)::bigint"
        if column.source_type.lower() != "timestamp without time zone":
            return exact
        cheap = f"(date_part('epoch', {own}) * 1000000)::bigint"
        if self.near:
            return cheap
        first, last = (bound_literal(year) for year in NEAR)
        return f"case when {own} > {first} and {own} < {last} then {cheap} else {exact} end"

    def bucket(self, moment: str, step: Step) -> str:
        """First moment of the month or day."""
        return f"date_trunc('{step}', {moment})"

    def key_number(self, parts: Sequence[tuple[SourceColumn, Column]]) -> str:
        """First 8 hex digits of md5."""
        texts = [self._part(column, declared) for column, declared in parts]
        return f"('x' || left(md5({' || chr(124) || '.join(texts)}), 8))::bit(32)::bigint"

    def bound(self, bound: Bound) -> str:
        """Standard SQL."""
        return bound_literal(bound)

    def _part(self, column: SourceColumn, declared: Column) -> str:
        own, kind = quoted(column.name), column.source_type.lower()
        moment = kind == "date" or kind.startswith("timestamp")
        if moment and declared.data_type == "date":
            text = f"to_char({own}, 'YYYYMMDD')"
        elif moment and declared.data_type == "timestamp":
            text = f"to_char({own}, 'YYYY-MM-DD HH24:MI:SS.US')"
        elif declared.data_type in ("integer", "bigint") and kind not in ("smallint", "integer", "bigint"):
            plain = f"trim({own}::text)"
            text = f"case when {plain} ~ '^[-+]?[0-9]{{1,18}}$' then {plain}::bigint::text else {own}::text end"
        else:
            text = f"trim({own}::text)" if declared.text_format else f"{own}::text"
        return f"coalesce({text}, '')"

"""SQL that types a source column as the contract says and tells which rows cannot be typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.lib.contract import Column, Table
from orchestration.lib.sources.base import SourceColumn, quoted

# Longer text is no value of such a table but an accident (bytes).
LONGEST = 32_767
# Most bytes of one character.
UTF8_BYTES = 4
PLAIN_TYPES = ("VARCHAR", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DOUBLE", "FLOAT", "DATE", "TIMESTAMP")


@dataclass(frozen=True)
class TypedColumn:
    """How one column is read: its value, and each condition (with its reason) that makes it bad."""

    column: Column
    raw: str
    value: str
    bad: tuple[tuple[str, str], ...]


def _same_type(read_as: str, declared: str) -> bool:
    return read_as.lower().replace(" ", "") == declared.lower().replace(" ", "")


def typed_column(column: Column, source: SourceColumn | None) -> TypedColumn:
    """Choose the cheapest expression that is still exact; an optional column that is absent is a typed NULL."""
    declared = column.data_type
    if source is None:
        null = f"cast(null as {declared})"
        return TypedColumn(column, null, null, ())
    raw, is_text = quoted(source.name), source.read_as.upper() == "VARCHAR"
    if column.text_format == "yyyymmdd" and declared == "date" and is_text:
        text = f"trim({raw})"
        value = f"case when regexp_full_match({text}, '\\d{{8}}') then try_strptime({text}, '%Y%m%d')::date end"
        return TypedColumn(column, raw, value, ((f"{text} <> '' and {value} is null", "not_a_date"),))
    if declared == "varchar":
        return _text(column, source, raw, is_text)
    blank = f"nullif(trim({raw}), '')" if is_text else raw
    if declared in ("timestamp", "date"):
        value = raw if _same_type(source.read_as, declared) else f"try_cast({blank} as {declared})"
        bad = f"{blank} is not null and ({value} is null or not isfinite({value}))"
        if value == raw:
            bad = f"not isfinite({raw})"
        return TypedColumn(column, raw, value, ((bad, "not_a_time" if declared == "timestamp" else "not_a_date"),))
    if _same_type(source.read_as, declared):
        return TypedColumn(column, raw, raw, ())
    value = f"try_cast({blank} as {declared})"
    bad = f"({blank}) is not null and {value} is null"
    if declared.startswith("decimal") or declared in ("integer", "bigint"):
        # What the type would round away is lost money or another number.
        wide = f"try_cast({blank} as decimal(38, 10))"
        bad = f"(({bad}) or {wide} is distinct from cast({value} as decimal(38, 10)))"
    reason = "amount_does_not_fit" if declared.startswith("decimal") else "not_a_number"
    return TypedColumn(column, raw, value, ((bad, reason),))


def _text(column: Column, source: SourceColumn, raw: str, is_text: bool) -> TypedColumn:
    if not is_text:
        return TypedColumn(column, raw, f"cast({raw} as varchar)", ())
    longest = f"length({raw}) > {column.max_length}" if column.max_length else f"strlen({raw}) > {LONGEST}"
    most = column.max_length or LONGEST // UTF8_BYTES
    fits = source.most_characters is not None and source.most_characters <= most
    bad = (
        *(() if source.no_nul else ((f"contains({raw}, chr(0))", "nul_byte"),)),
        # The mark that a decoder leaves in the place of bytes that are no text.
        (f"contains({raw}, chr(65533))", "wrong_encoding"),
        *(() if fits else ((longest, "text_too_long"),)),
    )
    return TypedColumn(column, raw, raw, bad)


def extra_type(source: SourceColumn) -> str:
    """The type in which a column that the contract does not know is taken along."""
    kind = source.read_as.upper()
    return kind if kind in PLAIN_TYPES or kind.startswith("DECIMAL") else "VARCHAR"


class TypedTable:
    """The typed reading of one exchange table."""

    def __init__(self, table: Table, found: Mapping[str, SourceColumn], extras: tuple[SourceColumn, ...] = ()) -> None:
        self.table = table
        self.found = dict(found)
        self.columns = tuple(typed_column(c, found.get(c.name.upper())) for c in table.columns)
        self.extras = extras
        self._by_name = {t.column.name: t for t in self.columns}

    @property
    def read(self) -> list[SourceColumn]:
        """The columns to ask the source for."""
        return [self.found[c.name.upper()] for c in self.table.columns if c.name.upper() in self.found] + [*self.extras]

    @property
    def names(self) -> list[str]:
        """All columns of a landed row, as they are called here."""
        return [c.name for c in self.table.columns] + [e.name for e in self.extras]

    def key_missing(self, name: str) -> str:
        """True where a part of the key is absent or blank."""
        typed = self._by_name[name]
        if typed.column.data_type == "varchar":
            # Only what begins below the first printable character can be blank: few values have to be trimmed.
            return (
                f"({typed.value} is null or case when {typed.value} < '!' then trim({typed.value}) = '' else false end)"
            )
        return f"({typed.raw} is null)"

    def problems(self) -> list[tuple[TypedColumn, str, str]]:
        """(column, condition, reason) of everything that sends a row to quarantine."""
        keys = [t for t in self.columns if t.column.name in self.table.key]
        found = [(t, self.key_missing(t.column.name), "null_key") for t in keys]
        return found + [(t, condition, reason) for t in self.columns for condition, reason in t.bad]

    def is_bad(self) -> str:
        """True where a row cannot be landed (never NULL)."""
        return f"coalesce({' or '.join(f'({condition})' for _, condition, _ in self.problems())}, false)"

    def values(self) -> str:
        """The landed columns as select items over the source's columns."""
        items = [f"{t.value} as {quoted(t.column.name)}" for t in self.columns]
        items += [f"cast({quoted(e.name)} as {extra_type(e)}) as {quoted(e.name)}" for e in self.extras]
        return ", ".join(items)

    def staged(self, relation: str) -> str:
        """Every row, typed, with _bad, and with its source values as text (_raw) where it is bad."""
        raw = ", ".join(f"cast({quoted(c.name)} as varchar)" for c in self.read)
        return (
            f"select {self.values()}, _bad, case when _bad then [{raw}] end as _raw"
            f" from (select *, {self.is_bad()} as _bad from {relation})"
        )

    def as_read(self, relation: str) -> str:
        """The source's own columns of bad rows again, out of _raw; with the stage's row number."""
        items = ", ".join(
            f"cast(_raw[{number}] as {c.read_as}) as {quoted(c.name)}" for number, c in enumerate(self.read, start=1)
        )
        return f"(select {items}, rowid as _row from {relation} where _bad)"

"""What Oracle spells differently: columns as they are read exactly, and the expressions of the measuring query."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.lib.contract import Column
from orchestration.lib.sources.base import Bound, Rows, SourceColumn, Step, literal, quoted

# An exact number in text, at most 32 digits before the point, so that it fits decimal(38, 6).
_NUMBER = "^[-+]?([0-9]{1,32}(\\.[0-9]*)?|\\.[0-9]+)$"
_FRACTION = re.compile(r"TIMESTAMP\((\d)\)")


@dataclass(frozen=True)
class OracleColumn:
    """A column of the data dictionary, and how it is selected so that it comes over exactly."""

    name: str
    data_type: str  # as the dictionary says, e.g. NUMBER, TIMESTAMP(6) WITH TIME ZONE
    precision: int | None
    scale: int | None
    zone: str

    @property
    def read_as(self) -> str | None:
        """Type in DuckDB; None for what cannot be read (objects, XML, spatial …)."""
        kind = self.data_type
        if kind == "NUMBER":
            return f"DECIMAL({self.precision},{self.scale})" if self._fits else "VARCHAR"
        if kind == "DATE" or kind.startswith("TIMESTAMP"):
            return "TIMESTAMP"
        if kind in ("BINARY_FLOAT", "BINARY_DOUBLE"):
            return "DOUBLE"
        if kind in ("RAW", "BLOB", "LONG RAW"):
            return "BLOB"
        known = ("VARCHAR2", "NVARCHAR2", "CHAR", "NCHAR", "CLOB", "NCLOB", "LONG", "FLOAT", "ROWID")
        return "VARCHAR" if kind in known or kind.startswith("INTERVAL") else None

    @property
    def _fits(self) -> bool:
        """Whether the number has a precision and scale that a decimal can have."""
        return self.precision is not None and self.scale is not None and 0 <= self.scale <= self.precision <= 38

    @property
    def expression(self) -> str:
        """What to select."""
        own, kind = quoted(self.name), self.data_type
        if kind == "FLOAT" or (kind == "NUMBER" and not self._fits):
            # Without a precision the driver would make it a double.
            return f"to_char({own}, 'TM9')"
        if kind in ("CHAR", "NCHAR"):
            return f"rtrim({own})"
        if "TIME ZONE" in kind:
            return f"cast({own} at time zone {literal(self.zone)} as timestamp(6))"
        if kind.startswith("TIMESTAMP"):
            # Nanoseconds in 64 bits end in the year 2262.
            digits = _FRACTION.match(kind)
            return own if digits and int(digits[1]) <= 6 else f"cast({own} as timestamp(6))"
        if kind.startswith("INTERVAL"):
            return f"to_char({own})"
        return f"rowidtochar({own})" if kind == "ROWID" else own

    def shown(self) -> SourceColumn | None:
        """As the sync knows it."""
        return None if self.read_as is None else SourceColumn(self.name, self.read_as, self.data_type)


class OracleDialect:
    """The spelling of Oracle 12.2 and later; the session's decimal sign is a point."""

    def __init__(self, columns: dict[str, OracleColumn], *, utf8: bool = True) -> None:
        self.columns = columns
        self.utf8 = utf8

    def number(self, column: SourceColumn, declared: Column) -> str:
        """NaN, infinity and text that is no plain number count as nothing."""
        own, kind = quoted(column.name), column.source_type
        if kind in ("NUMBER", "FLOAT"):
            return f"round({own}, 6)"
        if kind in ("BINARY_FLOAT", "BINARY_DOUBLE"):
            return f"case when {own} is not nan and {own} is not infinite then round(to_number({own}), 6) end"
        return f"case when regexp_like(trim({own}), '{_NUMBER}') then round(to_number(trim({own})), 6) end"

    def cursor(self, column: SourceColumn, declared: Column) -> str:
        """Every DATE and TIMESTAMP of Oracle is finite."""
        if declared.data_type in ("integer", "bigint"):
            return quoted(column.name)
        if column.read_as == "VARCHAR":
            text = f"trim({quoted(column.name)})"
            return f"to_timestamp({text} default null on conversion error, 'YYYY-MM-DD HH24:MI:SS.FF')"
        return self.columns[column.name.upper()].expression

    def micros(self, column: SourceColumn, declared: Column) -> str:
        """Whole days and the parts of the day apart: all of it exact."""
        moment = self.cursor(column, declared)
        time = f"cast({moment} as timestamp(6))"
        return (
            f"((trunc({moment}) - date '1970-01-01') * 86400000000 + extract(hour from {time}) * 3600000000"
            f" + extract(minute from {time}) * 60000000 + round(extract(second from {time}) * 1000000))"
        )

    def bucket(self, moment: str, step: Step) -> str:
        """First moment of the month or day, as a DATE."""
        return f"trunc({moment}, '{'MM' if step == 'month' else 'DD'}')"

    def key_number(self, parts: Sequence[tuple[SourceColumn, Column]]) -> str:
        """First 8 hex digits of md5."""
        text = " || '|' || ".join(self._part(column, declared) for column, declared in parts)
        digest = f"rawtohex(standard_hash({text}, 'MD5'))"
        return f"to_number(substr({digest}, 1, 8), 'XXXXXXXX')"

    def bound(self, bound: Bound) -> str:
        """A moment for a TIMESTAMP column; `where` below writes those of DATE columns."""
        return str(bound) if isinstance(bound, int) else f"timestamp {literal(bound.isoformat(sep=' '))}"

    def where(self, column: SourceColumn, declared: Column, rows: Rows) -> str:
        """The rows as a condition on the column itself, in its own type, so that its index can serve."""
        own = quoted(column.name)
        is_date = column.source_type == "DATE"
        if column.read_as == "VARCHAR":
            own = self.cursor(column, declared)
        parts = []
        for window in rows.windows:
            ends = [
                f"{own} {sign} {_second(bound) if is_date else self.bound(bound)}"
                for sign, bound in ((">=", window.start), ("<", window.end))
                if bound is not None
            ]
            parts.append(f"({' and '.join(ends)})" if ends else f"{own} is not null")
        # A list may hold at most 1000 values.
        values = [v for v in rows.values if not (is_date and isinstance(v, dt.datetime) and v.microsecond)]
        for first in range(0, len(values), 1000):
            listed = ", ".join(_second(v) if is_date else self.bound(v) for v in values[first : first + 1000])
            parts.append(f"{own} in ({listed})")
        if rows.values and not values:
            parts.append("1 = 0")
        if rows.nulls:
            parts.append(f"{own} is null")
        return " or ".join(parts)

    def _part(self, column: SourceColumn, declared: Column) -> str:
        own, kind = quoted(column.name), column.source_type
        if kind == "DATE" or kind.startswith("TIMESTAMP"):
            if declared.data_type == "date":
                return f"to_char({self.columns[column.name.upper()].expression}, 'YYYYMMDD')"
            moment = f"cast({self.columns[column.name.upper()].expression} as timestamp(6))"
            return f"to_char({moment}, 'YYYY-MM-DD HH24:MI:SS.FF6')"
        if kind in ("NUMBER", "FLOAT"):
            scale = re.match(r"decimal\(\d+,(\d+)\)", declared.data_type)
            if scale and int(scale[1]):
                return f"to_char({own}, 'FM{'9' * 30}0D{'0' * int(scale[1])}')"
            return f"to_char({own}, 'TM9')"
        text = f"trim({own})" if declared.text_format else f"rtrim({own})" if kind in ("CHAR", "NCHAR") else own
        return text if self.utf8 else f"convert({text}, 'AL32UTF8')"


def _second(bound: Bound) -> str:
    """A bound on a column of whole seconds: the first second not before it."""
    if isinstance(bound, int):
        return str(bound)
    whole = bound.replace(microsecond=0) + dt.timedelta(seconds=1 if bound.microsecond else 0)
    return f"to_date({literal(whole.isoformat(sep=' '))}, 'YYYY-MM-DD HH24:MI:SS')"

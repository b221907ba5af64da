"""SQL that types a source column as the contract says and tells which rows cannot be typed."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.lib.contract import Column, Table
from orchestration.lib.sources.base import quoted


@dataclass(frozen=True)
class TypedColumn:
    """How one column is read: its value, when it is bad, and why."""

    column: Column
    raw: str
    value: str
    bad: str | None
    reason: str


def _same_type(read_as: str, declared: str) -> bool:
    return read_as.lower().replace(" ", "") == declared.lower().replace(" ", "")


def typed_column(column: Column, own_name: str, read_as: str) -> TypedColumn:
    """Choose the cheapest expression that is still exact."""
    raw = quoted(own_name)
    declared = column.data_type
    if column.text_format == "yyyymmdd" and declared == "date" and read_as.upper() == "VARCHAR":
        text = f"trim({raw})"
        value = f"case when regexp_full_match({text}, '\\d{{8}}') then try_strptime({text}, '%Y%m%d')::date end"
        return TypedColumn(column, raw, value, f"{text} <> '' and {value} is null", "not_a_date")
    if declared == "varchar":
        value = raw if read_as.upper() == "VARCHAR" else f"cast({raw} as varchar)"
        return TypedColumn(column, raw, value, f"contains({value}, chr(0))", "nul_byte")
    if declared in ("timestamp", "date"):
        if read_as.upper() == "VARCHAR":
            value = f"try_cast(nullif(trim({raw}), '') as {declared})"
            bad = f"trim({raw}) <> '' and ({value} is null or not isfinite({value}))"
        else:
            value = f"try_cast({raw} as {declared})"
            bad = f"{raw} is not null and ({value} is null or not isfinite({value}))"
        return TypedColumn(column, raw, value, bad, "not_a_time" if declared == "timestamp" else "not_a_date")
    if _same_type(read_as, declared):
        return TypedColumn(column, raw, raw, None, "")
    blank = f"nullif(trim({raw}), '')" if read_as.upper() == "VARCHAR" else raw
    value = f"try_cast({blank} as {declared})"
    bad = f"({blank}) is not null and {value} is null"
    if declared.startswith("decimal"):
        wide = f"try_cast({blank} as decimal(38, 10))"
        bad = f"(({bad}) or {wide} is distinct from cast({value} as decimal(38, 10)))"
        return TypedColumn(column, raw, value, bad, "amount_does_not_fit")
    if declared in ("integer", "bigint"):
        wide = f"try_cast({blank} as decimal(38, 10))"
        bad = f"(({bad}) or {wide} is distinct from cast({value} as decimal(38, 10)))"
    return TypedColumn(column, raw, value, bad, "not_a_number")


class TypedTable:
    """The typed reading of one exchange table."""

    def __init__(self, table: Table, found: dict[str, tuple[str, str]]) -> None:
        self.table = table
        self.columns = tuple(typed_column(c, *found[c.name.upper()]) for c in table.columns)
        self._by_name = {t.column.name: t for t in self.columns}

    def value(self, name: str) -> str:
        """Typed expression of a column."""
        return self._by_name[name].value

    def raw_of(self, name: str) -> str:
        """A column as it is called upstream."""
        return self._by_name[name].raw

    def key_missing(self, name: str) -> str:
        """True where a part of the key is absent or blank."""
        typed = self._by_name[name]
        if typed.column.data_type == "varchar":
            return f"({typed.value} is null or trim({typed.value}) = '')"
        return f"({typed.raw} is null)"

    def problems(self) -> list[tuple[TypedColumn, str, str]]:
        """(column, condition, reason) of everything that sends a row to quarantine."""
        keys = [t for t in self.columns if t.column.name in self.table.key]
        found = [(t, self.key_missing(t.column.name), "null_key") for t in keys]
        found += [(t, t.bad, t.reason) for t in self.columns if t.bad]
        return found

    def is_bad(self) -> str:
        """True where a row cannot be landed (never NULL)."""
        conditions = [f"coalesce({condition}, false)" for _, condition, _ in self.problems()]
        return f"({' or '.join(conditions)})"

    def select(self, relation: str, where: str) -> str:
        """Typed rows with _is_bad, _row_hash and the raw sums' inputs of the parity check."""
        values = ", ".join(f'{t.value} as "{t.column.name}"' for t in self.columns)
        text = ", ".join(f'coalesce(cast("{t.column.name}" as varchar), chr(30))' for t in self.columns)
        sums = "".join(f', {self.parity_value(name)} as "_parity_{name}"' for name in self.table.parity_sums)
        return (
            f"select *, md5(concat_ws(chr(31), {text})) as _row_hash"
            f" from (select {values}, {self.is_bad()} as _is_bad{sums} from {relation} {where})"
        )

    def parity_value(self, name: str) -> str:
        """A source number as an exact decimal, NULL where it is none."""
        typed = self._by_name[name]
        blank = f"nullif(trim(cast({typed.raw} as varchar)), '')" if typed.bad else typed.raw
        return f"try_cast({blank} as decimal(38, 6))"

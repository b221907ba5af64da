"""Compare the two sides of a sync: row counts, sums of amounts and of change times, exactly."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb

from orchestration.lib.contract import Table

if TYPE_CHECKING:
    from orchestration.lib.typing_sql import TypedTable


# The change times summed up: differs when any row was changed behind the window that is read again.
CURSOR_SUM = "更新时间校验"


@dataclass(frozen=True)
class Parity:
    """Count and sums of one side, and what the other side lets expect."""

    count: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)
    latest_cursor: dt.datetime | None = None
    source_count: int = 0
    expected_count: int = 0
    expected_sums: dict[str, Decimal] = field(default_factory=dict)

    @property
    def equal(self) -> bool:
        """Whether both sides agree."""
        return self.count == self.expected_count and self.sums == self.expected_sums

    def describe(self) -> str:
        """What differs, in words."""
        parts = []
        if self.count != self.expected_count:
            parts.append(f"行数 交换库 {self.expected_count} / 数仓 {self.count}")
        for name, expected in self.expected_sums.items():
            if self.sums.get(name) != expected:
                parts.append(f"{name} 合计 交换库 {expected:f} / 数仓 {self.sums.get(name, Decimal(0)):f}")
        return "两侧不平：" + "，".join(parts) if parts else "两侧相平"


def measure(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    table: Table,
    typed: TypedTable | None,
    values: str = "",
) -> Parity:
    """Count and sums of a relation; typed says how to read a source column, values prefixes prepared ones."""
    names = list(table.parity_sums)
    sums = []
    for name in table.parity_sums:
        number = typed.parity_value(name) if typed else f'"{values}{name}"'
        sums.append(f"coalesce(sum(cast({number} as decimal(38, 6))), 0)")
    cursor = "null"
    if table.cursor:
        inner = typed.value(table.cursor) if typed else f'"{table.cursor}"'
        finite = f"case when isfinite({inner}) then ({inner})::timestamp end"
        cursor = f"max({finite})"
        names.append(CURSOR_SUM)
        sums.append(f"coalesce(sum(epoch_us({finite})::hugeint), 0)::decimal(38, 0)")
    row = con.execute(f"select count(*), {cursor}{''.join(', ' + s for s in sums)} from {relation}").fetchone()
    assert row is not None
    return Parity(count=int(row[0]), latest_cursor=row[1], sums=dict(zip(names, row[2:], strict=True)))


def subtract(whole: Parity, part: Parity) -> Parity:
    """One measurement without another."""
    return Parity(
        count=whole.count - part.count,
        sums={name: value - part.sums[name] for name, value in whole.sums.items()},
        latest_cursor=whole.latest_cursor,
    )

"""The terminal says how far the city has come since the business date before."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from orchestration.lib import summary


def snapshot(folder: Path, name: str, as_of: str, collected: str) -> Path:
    file = folder / name
    with duckdb.connect(str(file)) as con:
        con.execute(f"create table snapshot as select date '{as_of}' as as_of")
        con.execute(
            "create table mtr_collection_rate as select '202606' as period, 'city' as level, 'total' as cut_type,"
            f" 'amount' as basis, {collected}::decimal(18, 2) as numerator, 10000000::decimal(18, 2) as denominator,"
            f" ({collected} / 10000000)::decimal(9, 4) as rate"
        )
    return file


def cells(file: Path, as_of: str) -> list[str]:
    with duckdb.connect(str(file), read_only=True) as con:
        table = summary.progress(con, file, dt.date.fromisoformat(as_of))
    assert table is not None
    return [next(iter(column.cells)) for column in table.columns]  # type: ignore[misc]


def test_growth_is_measured_against_the_business_date_before(tmp_path: Path) -> None:
    snapshot(tmp_path, "20260629T100000Z-a.duckdb", "2026-06-29", "9000000")
    snapshot(tmp_path, "20260630T090000Z-b.duckdb", "2026-06-30", "9400000")
    today = snapshot(tmp_path, "20260630T100000Z-c.duckdb", "2026-06-30", "9500000")
    assert cells(today, "2026-06-30") == ["2026年06月", "950.00", "1,000.00", "95.00%", "+5.00 个百分点，50.00 万元"]


def test_a_first_snapshot_has_nothing_to_compare_with(tmp_path: Path) -> None:
    only = snapshot(tmp_path, "20260630T100000Z-c.duckdb", "2026-06-30", "9500000")
    assert cells(only, "2026-06-30")[-1] == ""

"""The benchmark of the sync runs at a small size, and what it measures holds (a sync that does not prove raises)."""

from __future__ import annotations

from pathlib import Path

from benchmarks import sync as bench


def test_from_duckdb(tmp_path: Path) -> None:
    lines = bench.from_duckdb(tmp_path, 4_000)
    assert [line.limit for line in lines] == [2.0, None, None, None]
    assert all(line.cost.wall > 0 and line.base.wall > 0 for line in lines)

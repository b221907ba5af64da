"""The warehouse's own settings: how much memory DuckDB may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.lib import warehouse


@pytest.mark.parametrize(("gigabytes", "limit"), [(24, "14GB"), (8, "4GB"), (2, "3GB")])
def test_three_fifths_of_the_machine_are_duckdbs(monkeypatch: pytest.MonkeyPatch, gigabytes: int, limit: str) -> None:
    monkeypatch.delenv("SHEBAO_MEMORY", raising=False)
    monkeypatch.setattr(os, "sysconf", {"SC_PAGE_SIZE": 1000, "SC_PHYS_PAGES": gigabytes * 10**6}.__getitem__)
    assert warehouse.memory_limit() == limit


def test_what_is_said_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHEBAO_MEMORY", "1GB")
    con = warehouse.connect(tmp_path / "warehouse.duckdb")
    row = con.execute("select current_setting('memory_limit')").fetchone()
    con.close()
    assert row == ("953.6 MiB",)

"""The benchmark of pages asks every metric, level and cut once, and leaves the users' log alone."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks import pages
from dashboards.repositories.gate import gate

CUBE = """
create table mtr_cube_money as
select metric_id, 'month' as period_type, period, level, area_code, null::varchar as parent_code, null::varchar as bureau_code,
    null::varchar as town_code, cut_type, cut_code, 1.00 as numerator, rank
from (values ('paid', '202605', 1), ('paid', '202606', 2)) m(metric_id, period, rank)
cross join (values ('city', 'CITY'), ('bureau', 'B1'), ('bureau', 'B2')) a(level, area_code)
cross join (values ('total', 'total'), ('item', '110'), ('item', '120')) c(cut_type, cut_code)
"""


def test_every_cut_of_the_newest_period_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path))
    monkeypatch.setenv("SHEBAO_STATE_URL", "")
    (tmp_path / "published").mkdir()
    with duckdb.connect(str(tmp_path / "published" / "s1.duckdb")) as con:
        con.execute(CUBE)
        con.execute("create table mtr_definition as select 'paid' as metric_id, 'mtr_cube_money' as cube")
    (tmp_path / "published" / "CURRENT").write_text("s1.duckdb")
    gate.clear()
    try:
        [found] = pages.run()
    finally:
        gate.clear()
    assert (found.cube, found.rows, len(found.milliseconds)) == ("mtr_cube_money", 18, 4)
    assert 0 < found.p95 <= max(found.milliseconds)
    assert not (tmp_path / "state").exists()

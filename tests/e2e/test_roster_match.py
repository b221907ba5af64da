"""Rosters of a simulated city matched by dbt chunk by chunk: row for row what the daily build gives at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from common import paths
from orchestration.lib import dbt_cli, roster_match
from orchestration.lib.exchange_config import Windows
from tests.conftest import BuiltWorld

pytestmark = pytest.mark.slow


def test_chunks_through_dbt_give_what_the_daily_build_gives(
    built_world: Callable[..., BuiltWorld], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = built_world(seed=1)
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.delenv("SHEBAO_WAREHOUSE", raising=False)
    paths.warehouse_file().parent.mkdir(parents=True)
    shutil.copy(world.warehouse, paths.warehouse_file())
    with duckdb.connect(str(paths.warehouse_file())) as con:
        expected = con.execute("select * from marts.fct_roster_match order by roster_person_key").fetchall()
        lines = con.execute("select count(*) from intermediate.int_roster_open").fetchone()
    assert lines == (len(expected),)
    assert len(expected) > 20
    rule = roster_match.rule_of(dbt_cli.load_manifest())
    chosen = dataclasses.replace(roster_match.settings(), windows=Windows(), chunk_lines=len(expected) // 2)
    as_of = dt.date.fromisoformat(world.as_of)
    outcome = roster_match.run("chunks", as_of, rule, chosen, roster_match.dbt_work(as_of))
    assert (outcome.status, outcome.left) == ("success", 0)
    assert outcome.done == outcome.total
    with duckdb.connect(str(paths.warehouse_file())) as con:
        assert con.execute("select * from ledger.roster_match order by roster_person_key").fetchall() == expected
        left = con.execute("select count(*) from marts.fct_roster_match").fetchone()
    assert left is not None
    assert 0 < left[0] < len(expected), "the model holds the last step alone"

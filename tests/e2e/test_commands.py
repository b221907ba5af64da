"""The commands beside the day's run do on a built world what they say: watch, drift, replay, exchange-check."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from common import paths
from tests.conftest import BuiltWorld

pytestmark = pytest.mark.slow
TABLE = "hrss.RS_DZ"


@pytest.fixture(scope="module")
def world(built_world: Callable[..., BuiltWorld], tmp_path_factory: pytest.TempPathFactory) -> BuiltWorld:
    """A copy that these tests may spoil."""
    built = built_world(seed=1)
    own = BuiltWorld(built.seed, built.as_of, tmp_path_factory.mktemp("commands") / "var")
    shutil.copytree(built.var, own.var)
    return own


def command(world: BuiltWorld, *arguments: str) -> tuple[int, str]:
    """Exit code and words of `python -m orchestration …`."""
    done = subprocess.run(
        [sys.executable, "-m", "orchestration", *arguments],
        cwd=paths.root(), env=world.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def query(file: Path, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(statement).fetchall()


def change(world: BuiltWorld, statement: str) -> None:
    """Change the exchange as a department would."""
    with duckdb.connect(str(world.var / "exchange" / "exchange.duckdb")) as con:
        con.execute(statement)


def test_watch(world: BuiltWorld) -> None:
    """What is watched is synced and built, the patrol is walked; nothing is published before the day's own publication."""
    before = {n for (n,) in query(world.warehouse, "select distinct run_id from ops.sync_table")}
    code, said = command(world, "watch", "--as-of", world.as_of)
    assert code == 0, said
    assert query(world.warehouse, "select job, status from ops.run order by started_at desc limit 1") == [
        ("hourly_watch", "success")
    ]
    synced = query(world.warehouse, "select source_name, table_name, status, run_id from ops.sync_table")
    mine = {(source, table): status for source, table, status, run in synced if run not in before}
    assert {table for source, table in mine if source == "exchange_ops"} == {"JK_XTXT", "JK_CRSB", "JK_KJ", "JK_MCX"}
    assert set(mine.values()) == {"ok"}
    assert ("hrss_legacy", "RS_DWJBXX") not in mine
    walked = query(world.warehouse, f"select count(*) from ops.patrol where as_of = date '{world.as_of}'")
    assert walked == [(12,)]
    assert not (world.var / "published" / "CURRENT").exists()


def test_replay_takes_what_was_put_right(world: BuiltWorld) -> None:
    """A row that cannot be read is listed, and taken after its department put it right without a new change time."""
    change(world, f"update {TABLE} set DZXH = DZXH || chr(0) where rowid = (select min(rowid) from {TABLE})")
    change(world, f"update {TABLE} set GXSJ = (select max(GXSJ) from {TABLE}) where contains(DZXH, chr(0))")
    code, said = command(world, "sync", "--table", TABLE)
    assert (code, "隔离 1 行" in said) == (0, True), said
    code, said = command(world, "quarantine", "--table", TABLE)
    assert (code, "列 DZXH：含空字符" in said) == (0, True), said
    change(world, f"update {TABLE} set DZXH = replace(DZXH, chr(0), '') where contains(DZXH, chr(0))")
    code, said = command(world, "replay", "--table", TABLE)
    assert code == 0, said
    assert command(world, "quarantine") == (0, "没有隔离的数据\n")
    assert query(world.warehouse, f"select count(*) from raw_hrss.{TABLE.split('.')[1]}") == query(
        world.var / "exchange" / "exchange.duckdb", f"select count(*) from {TABLE}"
    )


def test_drift_fails_when_a_column_is_gone(world: BuiltWorld) -> None:
    """Both sides agree: exit code 0. A column was dropped and the sync told so: exit code 1, and the table is named."""
    code, said = command(world, "drift")
    assert code == 0, said
    change(world, f"alter table {TABLE} drop column DZJE")
    assert command(world, "sync", "--table", TABLE)[0] == 1
    code, said = command(world, "drift")
    assert code == 1
    assert f"{TABLE}.DZJE" in said, said


def test_exchange_check(world: BuiltWorld) -> None:
    """The checks run in the exchange database; what they find is said, and only a failure is an exit code."""
    code, said = command(world, "exchange-check", "--system", "hrss", "--at", f"{world.as_of} 18:00:00")
    assert code == 0, said
    assert re.search(r"hrss：9 张表，\d+ 项检查，PASS \d+", said), said
    code, said = command(world, "exchange-check", "--system", "nobody")
    assert (code, "nobody" in said) == (1, True)

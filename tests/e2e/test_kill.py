"""Killed with SIGKILL anywhere and run again: the same result as an undisturbed run, and readers never notice."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from common import paths
from tests.conftest import BuiltWorld
from tests.published import copied, inside, publish_built

pytestmark = pytest.mark.slow

# Wait for a line of progress, then so many seconds, then kill. In the order of the day; its last step, the publication
# of what was built, is the same when it is run alone, and a day of minutes need not go before each kill.
MOMENTS = {
    "daily": (
        (r"^同步 \d+ 张表", 0.1),
        (r"^  写入 ", 0.5),
        (r"^  构建 \d+/", 0.0),
    ),
    "publish": (
        (r"^审计与发布", 0.15),
        (r"^  快照 ", 0.0),
    ),
}
# Bookkeeping that differs between any two runs.
OWN = {"_synced_at", "_deleted_at", "run_id", "synced_at"}
SCHEMAS = ("reference", "intermediate", "marts", "ledger")


def fingerprints(file: Path, schemas: tuple[str, ...], also: tuple[str, ...] = ()) -> dict[str, tuple[Any, ...]]:
    """Row count and content of each table, whatever the order of its rows."""
    found = {}
    with duckdb.connect(str(file), read_only=True) as con:
        tables = con.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = current_database() order by all"
        ).fetchall()
        for schema, table in tables:
            name = f"{schema}.{table}"
            if not (schema in schemas or schema.startswith("raw_") or name in also):
                continue
            columns = con.execute(
                "select column_name from duckdb_columns() where schema_name = ? and table_name = ?", [schema, table]
            ).fetchall()
            kept = ", ".join(f'"{c}"' for (c,) in columns if c not in OWN)
            row = con.execute(
                f'select count(*), coalesce(sum(hash(t)::hugeint), 0) from (select {kept} from {schema}."{table}") t'
            ).fetchone()
            assert row is not None
            found[name] = row
    return found


def snapshot_of(var: Path) -> Path:
    return var / "published" / (var / "published" / "CURRENT").read_text(encoding="utf-8").strip()


def published(var: Path) -> dict[str, tuple[Any, ...]]:
    everything = fingerprints(snapshot_of(var), ("main",))
    return {name: row for name, row in everything.items() if not name.startswith(("main.ops_", "main.snapshot"))}


class Reader(threading.Thread):
    """A dashboard that opens CURRENT again and again."""

    def __init__(self, var: Path) -> None:
        super().__init__(daemon=True)
        self.var = var
        self.stop = threading.Event()
        self.seen: dict[str, tuple[Any, ...]] = {}
        self.problems: list[str] = []
        self.reads = 0

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self.look()
            except Exception as error:  # every problem is a finding of this test
                self.problems.append(f"{type(error).__name__}: {error}")
            self.reads += 1
            # A look counts some hundred tables; without rest it would take a core from the day that it watches.
            time.sleep(1)

    def look(self) -> None:
        file = snapshot_of(self.var)
        with duckdb.connect(str(file), read_only=True) as con:
            name, as_of = con.execute("select snapshot_id, as_of from snapshot").fetchone()  # type: ignore[misc]
            tables = con.execute("select table_name from duckdb_tables() order by 1").fetchall()
            content = (as_of, *[con.execute(f'select count(*) from "{t}"').fetchone() for (t,) in tables])
        if name != file.stem:
            self.problems.append(f"{file.name} holds snapshot {name}")
        if self.seen.setdefault(name, content) != content:
            self.problems.append(f"snapshot {name} changed while it could be read")


def start(world: BuiltWorld, command: str = "daily") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "orchestration", command],
        cwd=paths.root(),
        env=world.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def kill_at(world: BuiltWorld, command: str, pattern: str, delay: float) -> str:
    """Run until a line of progress appears, then SIGKILL; returns the last lines."""
    process = start(world, command)
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if re.search(pattern, line):
            time.sleep(delay)
            break
    else:
        raise AssertionError(f"{pattern} never came:\n{''.join(lines)}")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    return lines[-1]


@pytest.fixture(scope="module")
def worlds(
    built_world: Callable[..., BuiltWorld], tmp_path_factory: pytest.TempPathFactory
) -> tuple[BuiltWorld, BuiltWorld]:
    """Two equal worlds, published on one day and grown by the next, of which the first has also run the next day."""
    base = tmp_path_factory.mktemp("kill")
    # The checks only read, and the day is built again and again: they would be half of the time.
    bare = {"DBT_EXCLUDE_RESOURCE_TYPES": "test unit_test"}
    calm = replace(copied(built_world(seed=1), base / "calm"), settings=bare)
    with inside(calm):
        publish_built(calm)
    calm.run("simulator", "day")
    shaken = replace(calm, var=base / "shaken")
    shutil.copytree(calm.var, shaken.var)
    calm.run("orchestration", "daily")
    return calm, shaken


def test_a_killed_day_can_be_run_again(worlds: tuple[BuiltWorld, BuiltWorld]) -> None:
    calm, shaken = worlds
    before = snapshot_of(shaken.var)
    reader = Reader(shaken.var)
    reader.start()
    for command, moments in MOMENTS.items():
        for pattern, delay in moments:
            kill_at(shaken, command, pattern, delay)
        shaken.run("orchestration", command)
    reader.stop.set()
    reader.join()

    assert not reader.problems
    assert reader.reads > 50
    assert before.stem in reader.seen
    assert snapshot_of(shaken.var).stem != before.stem
    left, right = (fingerprints(w.warehouse, SCHEMAS, ("ops.sync_state",)) for w in (calm, shaken))
    assert set(left) == set(right)
    assert {name for name in left if left[name] != right[name]} == set()
    left, right = published(calm.var), published(shaken.var)
    assert {name for name in left.keys() | right.keys() if left.get(name) != right.get(name)} == set()
    assert not list((shaken.var / "published").glob(".*"))
    assert not list((shaken.var / "vault").glob(".*"))


def test_killed_runs_are_told_apart(worlds: tuple[BuiltWorld, BuiltWorld]) -> None:
    with duckdb.connect(str(worlds[1].warehouse), read_only=True) as con:
        counts = dict(con.execute("select status, count(*) from ops.run group by status").fetchall())
    assert counts.get("interrupted", 0) >= sum(map(len, MOMENTS.values())) // 2
    assert "running" not in counts


def test_a_writer_that_waits_says_so(worlds: tuple[BuiltWorld, BuiltWorld]) -> None:
    calm, _ = worlds
    with duckdb.connect(str(calm.warehouse)):
        process = start(calm)
        said, _ = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "另一个进程" in said


def test_a_run_that_fails_keeps_the_snapshot_and_leaves_word(worlds: tuple[BuiltWorld, BuiltWorld]) -> None:
    calm, _ = worlds
    before = snapshot_of(calm.var)
    exchange = calm.var / "exchange" / "exchange.duckdb"
    exchange.rename(exchange.with_suffix(".away"))
    process = start(calm)
    said, _ = process.communicate(timeout=300)
    exchange.with_suffix(".away").rename(exchange)
    assert process.returncode == 1
    assert "交换库" in said
    assert snapshot_of(calm.var) == before
    assert '"failed"' in (calm.var / "published" / "STATUS.json").read_text(encoding="utf-8")

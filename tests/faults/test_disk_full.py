"""The disk of the warehouse is full in the middle of a sync: told, nothing half, and the next run heals.

A real one: a small tmpfs that is enlarged afterwards. Only root may mount; elsewhere a limit on the size of files stands
for it, which every system has.
"""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from common import paths
from orchestration.lib import warehouse
from orchestration.lib.sync import Policy
from tests.orchestration.tiny_house import House, table
from tests.servers import need_mount

ROWS = 200_000
SMALL = 6  # megabytes, of about 13
POLICY = Policy(piece_rows=30_000)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL}m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    need_mount(mounted.stderr.strip() if mounted.returncode else None)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def house_of(folder: Path) -> House:
    """An exchange whose rows do not compress."""
    house = House(folder, table("A", "incremental", "T"))
    house.exchange.sql(
        "insert into hrss.A select 'k' || i, i, timestamp '2026-01-01' + interval 1 minute * i, i % 1000, md5(i::varchar)"
        f" from range({ROWS}) r(i)"
    )
    return house


def enlarge(disk: Path) -> None:
    """Somebody makes room."""
    subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)


# In a process of its own: DuckDB gives up a database whose disk is full.
CODE = """
import json, sys
from pathlib import Path
from tests.faults import test_disk_full as own
own.attempt(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "pieces")
"""


def attempt(exchange: Path, file: Path, limit: int, pieces: bool) -> None:
    """One sync, as a command does it; prints what it says."""
    from orchestration.lib import sources, sync
    from tests.orchestration.tiny_house import NOW

    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        with warehouse.opened(file) as con:
            reader = sources.DuckDBReader.of(exchange)
            found = sync.sync_tables(
                con, reader, [table("A", "incremental", "T")], run_id="full", identity="w", now=NOW,
                policy=POLICY if pieces else Policy(),
            )  # fmt: skip
            print(json.dumps([[r.status, r.detail] for r in found], ensure_ascii=False))
    except sync.SyncError as error:
        print(json.dumps([["stopped", str(error)]], ensure_ascii=False))


def run(house: House, limit: int = 0, *, pieces: bool = False) -> tuple[str, str]:
    """What that process said."""
    command = [
        sys.executable,
        "-c",
        CODE,
        str(house.exchange.file),
        str(house.file),
        str(limit),
        "pieces" if pieces else "-",
    ]
    done = subprocess.run(command, cwd=paths.root(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    status, detail = json.loads(done.stdout)[0]
    return str(status), str(detail)


def shown(house: House) -> int:
    """Rows that readers see."""
    found = house.query("select count(*) from duckdb_tables() where schema_name = 'raw_hrss' and table_name = 'A'")
    return int(house.query("select count(*) from raw_hrss.A")[0][0]) if found[0][0] else 0


@pytest.mark.parametrize("pieces", [False, True], ids=["in one transaction", "in pieces"])
def test_full_in_a_first_load(tmp_path: Path, disk: Path, pieces: bool) -> None:
    house = house_of(tmp_path)
    house.file = disk / "warehouse.duckdb"
    status, said = run(house, pieces=pieces)
    assert status in ("failed", "stopped")
    assert "磁盘" in said
    assert "腾出" in said
    enlarge(disk)
    assert shown(house) == 0
    result = house.sync(policy=POLICY if pieces else Policy())
    assert (result.status, result.mode, result.parity.equal, house.equal()) == ("ok", "first", True, True)
    assert not pieces or "接着上次中断处" in result.detail


def test_full_in_a_delta(tmp_path: Path, disk: Path) -> None:
    house = house_of(tmp_path)
    house.exchange.sql("delete from hrss.A where S >= 5000")
    house.file = disk / "warehouse.duckdb"
    assert house.sync(policy=Policy()).status == "ok"
    house.exchange.sql(
        "insert into hrss.A select 'n' || i, i, timestamp '2026-06-20', 1, md5(i::varchar) from range(200000) r(i)"
    )
    house.exchange.sql("update hrss.A set M = -1, T = timestamp '2026-06-20' where K < 'k2'")
    status, said = run(house)
    assert status in ("failed", "stopped")
    assert "磁盘" in said
    enlarge(disk)
    assert house.query("select count(*), count(*) filter (M = -1) from raw_hrss.A") == [(5_000, 0)]
    assert (house.sync(policy=Policy()).status, house.equal()) == ("ok", True)


def test_files_may_grow_no_further(tmp_path: Path) -> None:
    """The same without rights: the system refuses to write beyond a size."""
    house = house_of(tmp_path)
    status, said = run(house, SMALL * 1024 * 1024)
    assert status in ("failed", "stopped")
    assert "磁盘" in said
    assert shown(house) == 0
    result = house.sync(policy=Policy())
    assert (result.status, result.parity.equal, house.equal()) == ("ok", True, True)

"""Two syncs started at once: the second is told at once who is at work; nothing is lost or doubled."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from common import paths
from tests.orchestration.tiny_exchange import TinyExchange

TABLE = "hrss.RS_DZ"
ROWS = 3_000


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A var folder with a small exchange."""
    exchange = TinyExchange(tmp_path / "exchange" / "exchange.duckdb")
    exchange.sql(
        "insert into hrss.RS_DZ (DZXH, DZJE, GXSJ)"
        f" select i, 10, timestamp '2026-06-01' + interval 1 minute * i from range({ROWS}) r(i)"
    )
    return tmp_path


def start(var: Path) -> subprocess.Popen[str]:
    """The command that everybody types."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("SHEBAO_", "DBT_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration", "sync", "--exchange", "duckdb", "--table", TABLE],
        cwd=paths.root(),
        env={**kept, "SHEBAO_VAR": str(var)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def equal(var: Path) -> bool:
    """Whether both sides hold the same rows, each once."""
    with duckdb.connect(str(var / "warehouse" / "warehouse.duckdb")) as con:
        con.execute(f"attach '{var / 'exchange' / 'exchange.duckdb'}' as e (read_only)")
        row = con.execute(
            "select count(*) from (select DZXH, DZJE, GXSJ from e.hrss.RS_DZ except all"
            " select DZXH, DZJE, GXSJ from raw_hrss.RS_DZ), (select count(*) as n from raw_hrss.RS_DZ) where true"
        ).fetchone()
        count = con.execute("select count(*), count(distinct DZXH) from raw_hrss.RS_DZ").fetchone()
    return row == (0,) and count == (ROWS, ROWS)


def test_the_second_is_refused_while_the_first_is_at_work(var: Path) -> None:
    lock = var / "warehouse" / ".warehouse.duckdb.sync.lock"
    first = start(var)
    while not (lock.exists() and lock.stat().st_size):
        assert first.poll() is None, first.communicate()[0]
        time.sleep(0.002)
    first.send_signal(signal.SIGSTOP)
    try:
        second = start(var)
        said, _ = second.communicate(timeout=120)
        assert second.returncode == 1
        assert re.search(rf"另一个同步进程正在进行（运行 \w+，进程 {first.pid}，自 .*请等它结束后再运行", said), said
    finally:
        first.send_signal(signal.SIGCONT)
    said, _ = first.communicate(timeout=120)
    assert first.returncode == 0, said
    assert equal(var)


def test_started_in_the_same_moment(var: Path) -> None:
    processes = [start(var) for _ in range(2)]
    said = [process.communicate(timeout=180)[0] for process in processes]
    codes = [process.returncode for process in processes]
    assert 0 in codes, said
    for code, words in zip(codes, said, strict=True):
        assert code == 0 or "另一个" in words, words
    assert equal(var)

"""Faults of the servers: killed in the middle of a fetch, refusing, too slow, a column dropped. PostgreSQL and MariaDB.

After each: the raw table is as it was (or, of a first load in pieces, not yet there), the message names table, connection,
cause and what to do, the other tables come where they can, and the next run holds every row once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.lib import sources, sync, warehouse
from orchestration.lib.sync import Policy, SyncResult
from tests.faults import servers
from tests.faults.servers import Server
from tests.orchestration.tiny_exchange import TinyExchange
from tests.orchestration.tiny_house import table

NOW = dt.datetime(2026, 12, 31, 22, 0)
ROWS = 80_000
A, B = table("A", "incremental", "T"), table("B", "incremental", "T")
WHOLE = Policy()
PIECES = Policy(piece_rows=8_000)


@pytest.fixture(
    scope="module", params=[pytest.param(k, marks=getattr(pytest.mark, k)) for k in ("postgres", "mariadb")]
)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Each server in turn."""
    with servers.running(str(request.param)) as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A warehouse."""
    return tmp_path / "warehouse.duckdb"


def run(file: Path, reader: Any, *tables: Any, policy: Policy = WHOLE, run_id: str = "r") -> list[SyncResult]:
    """One sync."""
    with warehouse.opened(file) as con:
        return list(
            sync.sync_tables(con, reader, tables or (A, B), run_id=run_id, identity="w", now=NOW, policy=policy)
        )


def landed(file: Path, name: str = "A") -> list[Any]:
    """What the warehouse holds."""
    with duckdb.connect(str(file)) as con:
        return con.execute(
            f"select K, S, strftime(T, '%Y-%m-%d %H:%M:%S'), M, X from raw_hrss.{name} order by S, K"
        ).fetchall()


def says(result: SyncResult, *words: str) -> bool:
    """Whether a failure names its table, and says the words."""
    assert result.status == "failed", result
    missing = [word for word in (result.table.id, *words) if word not in result.detail]
    assert not missing, f"{missing} not in {result.detail}"
    return True


@pytest.mark.parametrize("policy", [WHOLE, PIECES], ids=["in one transaction", "in pieces"])
def test_killed_in_the_middle_of_a_first_fetch(server: Server, file: Path, policy: Policy) -> None:
    server.fresh(ROWS)
    try:
        reader, tap = server.dying(3, 15_000) if policy is PIECES else server.dying(1, 500_000)
        first, second = run(file, reader, policy=policy)
        assert tap.happened.is_set()
        assert says(first, "厅局甲", "连接中断", "再次运行")
        assert says(second, "厅局甲")
        assert landed(file) == []  # half a table is never shown
    finally:
        server.start()
    with duckdb.connect(str(file)) as con:
        held = con.execute("select done from ops.sync_progress").fetchall()
    results = run(file, server.reader(), policy=policy)
    assert [(r.status, r.mode, r.parity.equal) for r in results] == [("ok", "first", True)] * 2
    assert landed(file) == server.rows("A")
    assert landed(file, "B") == server.rows("B")
    if policy is PIECES:  # what had been committed was not read again
        assert held == [(2,)]
        assert "接着上次中断处（第 3/" in results[0].detail


def test_killed_in_the_middle_of_a_delta(server: Server, file: Path) -> None:
    server.fresh(1_000)
    run(file, server.reader())
    before = landed(file)
    server.fill("A", 400_000, 400_000 + ROWS)
    server.sql(f"update hrss.{server.name('A')} set M = 7, T = timestamp '2026-11-01 00:00:00' where S < 10")
    server.sql(f"delete from hrss.{server.name('A')} where S = 500")
    try:
        reader, tap = server.dying(1, 500_000)
        first, _ = run(file, reader)
        assert tap.happened.is_set()
        assert says(first, "厅局甲", "连接中断")
        assert landed(file) == before
    finally:
        server.start()
    first, _ = run(file, server.reader())
    assert (first.status, first.parity.equal, first.rows_deleted) == ("ok", True, 1)
    assert landed(file) == server.rows("A")
    with duckdb.connect(str(file)) as con:
        assert con.execute("select K, count(*) from raw_deleted.hrss__A group by K").fetchall() == [("k500", 1)]


def test_connection_refused(server: Server, file: Path, tmp_path: Path) -> None:
    """The one department's tables are late, the other's come; alone, the run says so and stops."""
    server.fresh(100)
    run(file, server.reader())
    before = landed(file)
    nhsa = table("C", "incremental", "T")
    nhsa = type(nhsa)(**{**nhsa.__dict__, "source": "nhsa", "exchange_schema": "nhsa", "raw_schema": "raw_nhsa"})
    other = TinyExchange(tmp_path / "other.duckdb", (nhsa,))
    other.put("nhsa.C", K="1", S=1, T=dt.datetime(2026, 6, 1), M="1.00")
    both = {"hrss": server.nobody(), "nhsa": sources.DuckDBReader.of(other.file, "other")}
    first, second, third = run(file, both, A, B, nhsa)
    assert says(first, "厅局甲", "连不上", "检查")
    assert says(second, "厅局甲", "连不上")
    assert (third.status, landed(file), len(landed_of(file, "raw_nhsa.C"))) == ("ok", before, 1)
    with pytest.raises(sources.ExchangeError, match=r"厅局甲.*连不上.*再次运行"):
        run(file, server.nobody())
    server.fill("A", 200, 210)
    assert [r.status for r in run(file, server.reader())] == ["ok", "ok"]
    assert landed(file) == server.rows("A")


def landed_of(file: Path, name: str) -> list[Any]:
    """All rows of a table."""
    with duckdb.connect(str(file)) as con:
        return con.execute(f"from {name}").fetchall()


def test_statement_timeout_in_the_middle(server: Server, file: Path) -> None:
    """A table whose later rows take for ever: the table is late, the next one comes, and it heals."""
    server.fresh(30_000)
    run(file, server.reader())
    before = landed(file)
    name = server.name("A")
    slow = "x || pg_sleep(case when s > 29000 then 60 else 0 end)::text" if server.kind == "postgres" else (
        "concat(X, if(S > 29000, sleep(60), ''))"
    )  # fmt: skip
    server.sql(f"update hrss.{name} set T = timestamp '2026-12-01 00:00:00' + S * interval '1 second'"
               if server.kind == "postgres" else
               f"update hrss.{name} set T = timestamp '2026-12-01 00:00:00' + interval S second")  # fmt: skip
    server.sql(f"alter table hrss.{name} rename to hrss_a" if server.kind == "postgres" else
               f"rename table hrss.{name} to hrss.hrss_a")  # fmt: skip
    server.sql(f"create view hrss.{name} as select k, s, t, m, {slow} as x from hrss.hrss_a"
               if server.kind == "postgres" else
               f"create view hrss.{name} as select K, S, T, M, {slow} as X from hrss.hrss_a")  # fmt: skip
    server.fill("B", 20, 30)
    try:
        first, second = run(file, server.reader(statement_timeout_seconds=4))
        assert says(first, "厅局甲", "超", "statement_timeout_seconds")
        assert second.status == "ok"
        assert landed(file) == before
        assert landed(file, "B") == server.rows("B")
    finally:
        server.sql(f"drop view hrss.{name}")
        server.sql(f"alter table hrss.hrss_a rename to {name}" if server.kind == "postgres" else
                   f"rename table hrss.hrss_a to hrss.{name}")  # fmt: skip
    first, _ = run(file, server.reader())
    assert (first.status, first.parity.equal) == ("ok", True)
    assert landed(file) == server.rows("A")


def test_a_column_dropped_between_two_runs(server: Server, file: Path) -> None:
    server.fresh(100)
    run(file, server.reader())
    before = landed(file)
    kind = "numeric(16,2)" if server.kind == "postgres" else "decimal(16,2)"
    server.sql(f"alter table hrss.{server.name('A')} drop column M")
    server.fill("B", 20, 30)
    first, second = run(file, server.reader())
    assert says(first, "缺少列 M", "optional")
    assert (second.status, landed(file), landed(file, "B")) == ("ok", before, server.rows("B"))
    server.sql(f"alter table hrss.{server.name('A')} add column M {kind}")
    server.sql(f"update hrss.{server.name('A')} set M = S / 100.0")
    first, _ = run(file, server.reader())
    assert (first.status, first.parity.equal) == ("ok", True)
    assert landed(file) == server.rows("A")


def test_a_column_dropped_while_the_group_is_read(server: Server, file: Path) -> None:
    server.fresh(100)
    run(file, server.reader())
    before = landed(file, "B")
    server.fill("B", 20, 30)
    with warehouse.opened(file) as con:
        results = sync.sync_tables(con, server.reader(), (A, B), run_id="r2", identity="w", now=NOW)
        assert next(results).status == "ok"
        server.sql(f"alter table hrss.{server.name('B')} drop column M")
        [second] = results
    assert says(second, "厅局甲")
    assert landed(file, "B") == before
    server.sql(f"drop table hrss.{server.name('B')}; create table hrss.{server.name('B')} ({server.text})")
    server.fill("B", 0, 10)
    server.fill("B", 20, 30)
    assert [r.status for r in run(file, server.reader())] == ["ok", "ok"]
    assert landed(file, "B") == server.rows("B")

"""Faults of the servers: killed in the middle of a fetch, refusing, too slow, columns and dates that are not as agreed.

PostgreSQL and MariaDB; also our own process, killed while it reads from them.

After each: the raw table is as it was (or, of a first load in pieces, not yet there), the message names table, connection,
cause and what to do, the other tables come where they can, and the next run holds every row once.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from common import paths
from orchestration.lib import drift_report, sources, sync, warehouse
from orchestration.lib.sync import Policy, SyncResult
from tests.faults import servers
from tests.faults.server_worker import NOW, PIECES, A, B
from tests.faults.servers import Server
from tests.faults.tap import Tap
from tests.orchestration.tiny_exchange import TinyExchange
from tests.orchestration.tiny_house import column, table

ROWS = 80_000
WHOLE = Policy()


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


def run(file: Path, reader: Any, *tables: Any, policy: Policy = WHOLE, **more: Any) -> list[SyncResult]:
    """One sync."""
    with warehouse.opened(file) as con:
        return list(
            sync.sync_tables(con, reader, tables or (A, B), run_id="r", identity="w", now=NOW, policy=policy, **more)
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


def test_a_column_added_and_then_retyped_between_two_runs(server: Server, file: Path) -> None:
    """The new one is taken along and told; the retyped one stops its table until somebody accepts it."""
    server.fresh(100)
    run(file, server.reader())
    name = server.name("A")
    decimal, text = ("numeric(10,3)", "varchar(30)") if server.kind == "postgres" else ("decimal(10,3)", "varchar(30)")
    server.sql(f"alter table hrss.{name} add column NEU {decimal}")
    server.sql(f"update hrss.{name} set NEU = 1.125, T = timestamp '2026-06-01 00:00:00' where S = 2")
    first, _ = run(file, server.reader())
    assert (first.status, first.rows_changed, first.parity.equal) == ("ok", 1, True)
    assert "合同外的列 NEU" in first.detail.upper()
    assert landed_of(file, "(select NEU, typeof(NEU), count(*) from raw_hrss.A group by all order by 3)") == [
        (Decimal("1.125"), "DECIMAL(10,3)", 1),
        (None, "DECIMAL(10,3)", 99),
    ]
    before = landed(file)
    retype = "alter column M type" if server.kind == "postgres" else "modify column M"
    server.sql(f"alter table hrss.{name} {retype} {text}")
    server.sql(f"update hrss.{name} set M = '8.25', T = timestamp '2026-06-02 00:00:00' where S = 3")
    server.fill("B", 20, 30)
    first, second = run(file, server.reader())
    assert says(first, "列的类型变了", "drift --accept hrss.A")
    assert (second.status, landed(file), landed(file, "B")) == ("ok", before, server.rows("B"))
    with warehouse.opened(file) as con:
        assert drift_report.build(con).differs
        drift_report.accept(con, A)
    first, _ = run(file, server.reader())
    assert (first.status, first.rows_changed, first.parity.equal) == ("ok", 1, True)
    assert landed(file) == [(k, s, t, Decimal(m), x) for k, s, t, m, x in server.rows("A")]


def test_broken_dates_are_set_aside_and_replayed_once_they_are_put_right(server: Server, file: Path) -> None:
    """A day and a change time that are none: what each server lets in."""
    server.fresh(100)
    dated = table("A", "incremental", "T", column("D", "date"))
    name = server.name("A")
    loose = "set sql_mode = ''; " if server.kind == "mariadb" else ""
    one, other, moment = (
        ("infinity", "-infinity", "infinity")
        if server.kind == "postgres"
        else ("0000-00-00", "2026-06-00", "0000-00-00 00:00:00")
    )
    server.sql(f"alter table hrss.{name} add column D date")
    server.sql(
        f"{loose}update hrss.{name} set D = case S when 3 then '{one}' else '{other}' end{cast(server)} where S in (3, 4)"
    )
    server.sql(f"{loose}update hrss.{name} set T = '{moment}' where S = 5")
    good = [row for row in server.rows("A") if row[1] not in (3, 4, 5)]
    for mode in ("first", "incremental"):
        [result] = run(file, server.reader(), dated)
        assert (result.status, result.mode, result.rows_quarantined, result.parity.equal) == ("ok", mode, 3, True)
        assert (result.parity.count, result.parity.source_count, landed(file)) == (97, 100, good)
        assert landed_of(
            file, "(select key_text, column_name, reason, raw_value_masked <> '' from ops.quarantine order by all)"
        ) == [("k3", "D", "not_a_date", True), ("k4", "D", "not_a_date", True), ("k5", "T", "not_a_time", True)]
    # The department puts the days right, and no change time moves; then the change time too.
    server.sql(f"{loose}update hrss.{name} set D = '2026-05-01' where S in (3, 4)")
    [result] = run(file, server.reader(), dated, replay=True)
    # Infinity is no NULL to PostgreSQL: asked for rows without a change time it leaves that row out, and all is read again.
    mode = "replay" if server.kind == "mariadb" else "full"
    assert (result.status, result.mode, result.rows_changed, result.rows_quarantined, result.parity.equal) == (
        "ok", mode, 2, 1, True,
    )  # fmt: skip
    server.sql(f"{loose}update hrss.{name} set T = '2026-01-01 00:05:00' where S = 5")
    [result] = run(file, server.reader(), dated, replay=True)
    assert (result.status, result.rows_quarantined, result.parity.equal) == ("ok", 0, True)
    assert landed(file) == server.rows("A")
    assert landed_of(file, "ops.quarantine") == landed_of(file, "raw_aside.hrss__A") == []
    assert landed_of(file, "(select D, count(*) from raw_hrss.A group by D order by 2)") == [
        (dt.date(2026, 5, 1), 2),
        (None, 98),
    ]


def cast(server: Server) -> str:
    """What makes a text a date there."""
    return "::date" if server.kind == "postgres" else ""


def test_our_own_process_is_killed_while_it_reads(server: Server, file: Path) -> None:
    """SIGKILL in the middle of the third piece: two are kept, nothing half is shown, and the next run goes on."""
    server.fresh(ROWS)
    place = server.folder / "killed"
    place.mkdir()
    place.chmod(0o755)
    order = {"kind": server.kind, "socket": str(place / server.socket().name), "uri": getattr(server, "uri", "")}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.server_worker", json.dumps({**order, "file": str(file)})],
        cwd=paths.root(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        tap = Tap(place / server.socket().name, server.socket(), lambda: os.kill(process.pid, signal.SIGKILL))
        for fetch in range(1, 4):
            assert process.stdout.readline() == "fetch\n"
            if fetch == 3:
                tap.arm(15_000)
            process.stdin.write("go on\n")
            process.stdin.flush()
        assert process.wait() == -signal.SIGKILL
    tap.close()
    assert landed(file) == []
    assert landed_of(file, "(select done from ops.sync_progress)") == [(2,)]
    results = run(file, server.reader(), policy=PIECES)
    assert [(r.status, r.mode, r.parity.equal) for r in results] == [("ok", "first", True)] * 2
    assert "接着上次中断处（第 3/" in results[0].detail
    assert landed(file) == server.rows("A")
    assert landed(file, "B") == server.rows("B")

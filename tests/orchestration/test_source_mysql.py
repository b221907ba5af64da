"""The MySQL reader against a real MariaDB: every odd value exact, one view, gentle, and nothing told in errors."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from common import paths
from orchestration.lib import sync, warehouse
from orchestration.lib.contract import Column, Table
from orchestration.lib.exchange_config import Connection, Limits, Secret
from orchestration.lib.sources.base import ExchangeError, Rows, Window
from orchestration.lib.sources.mysql import MySQLReader
from simulator import mariadb
from tests.servers import need_mariadb

from .hourglass import Hourglass

pytestmark = pytest.mark.mariadb

TABLE = Table(
    source="hrss",
    name="RS_ODD",
    description="",
    exchange_schema="hrss",
    raw_schema="raw_hrss",
    key=("XH", "LX"),
    cursor="GXSJ",
    mode="incremental",
    columns=tuple(
        Column(name, kind)
        for name, kind in {
            "XH": "bigint", "LX": "varchar", "JE": "decimal(16,2)", "GXSJ": "timestamp", "RQ": "date", "BZ": "varchar",
        }.items()
    ),
    parity_sums=("JE",),
    entity=None,
    warn_after_hours=None,
)  # fmt: skip
WHOLE = Rows()
DAY = dt.datetime(2026, 6, 30)
SETUP = """
create database hrss; use hrss; set sql_mode = ''; set time_zone = '+08:00';
create table rs_odd (
    XH bigint unsigned not null, LX varchar(10) not null, JE decimal(16, 2), GXSJ datetime(6), RQ date, BZ varchar(200),
    ZT tinyint(1), FLAG bit(1), SL int unsigned, WIDE decimal(65, 2), LONGT longtext, SJ timestamp null, GBK varchar(20)
    character set gbk, unique key (LX, XH), index (GXSJ)
) character set utf8mb4;
insert into rs_odd values
    (18446744073709551615, 'a', 12345678901234.56, '2026-06-30 12:34:56.123456', '2026-06-30', '南宁𠮷😀', 9, b'1',
     4000000000, 12345678901234567890123456789012345678901234567890.12, repeat('长', 70000), '2026-06-30 08:00:00', '邕宁'),
    (2, 'a', -0.01, '2026-06-29 23:59:59.999999', null, 'tab\\tline\\nquote"''\\\\', 0, b'0', 0, null, '', null, null),
    (3, 'b', null, null, '1949-10-01', '', null, null, null, -1, null, null, null);
create table rs_dirty like rs_odd;
insert into rs_dirty (XH, LX, GXSJ, RQ, BZ) values
    (1, 'a', '2026-06-30', '2026-06-30', 'good'), (2, 'a', '2026-06-30', '0000-00-00', 'zero'),
    (3, 'a', '2026-06-29', '2026-06-00', 'no day'), (4, 'a', '0000-00-00 00:00:00', null, 'no cursor');
create table rs_bin (XH bigint, LX varchar(10), JE decimal(16, 2), GXSJ datetime(6), RQ date, BZ longtext)
    character set utf8mb4 collate utf8mb4_bin;
insert into rs_bin values (1, '文 ', 1, null, '0000-00-00', '长'), (2, 'b', 1, '2026-06-30', '2026-06-30', null);
create table rs_slow (XH bigint, LX varchar(10), JE decimal(16, 2), GXSJ datetime(6), RQ date, BZ varchar(200));
insert into rs_slow (XH, LX, BZ) values (1, 'a', 'x');
create table rs_many (XH bigint not null, LX varchar(10) not null, JE decimal(16, 2), GXSJ datetime(6), RQ date,
    BZ varchar(200), unique key (XH, LX), index (GXSJ));
insert into rs_many (XH, LX, JE, GXSJ) select seq, 'a', seq / 100, timestamp '2026-01-01 00:00:00' + interval seq minute
    from seq_1_to_20000;
create view rs_late as select XH, LX, JE, if(sleep(20), GXSJ, GXSJ) as GXSJ, RQ, BZ from rs_slow;
create view rs_late_date as select XH, LX, JE, GXSJ, if(sleep(20), RQ, RQ) as RQ, BZ from rs_slow;
create view rs_late_wide as select XH, LX, JE, GXSJ, RQ, cast(if(sleep(20), 1, 1) as decimal(65, 2)) as BZ from rs_slow;
create view rs_wait as select XH, LX, JE, GXSJ, RQ, concat(BZ, sleep(20)) as BZ from rs_slow;
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Connection]:
    """A private server with odd tables, and how to reach it."""
    need_mariadb()
    folder = Path(tempfile.mkdtemp(prefix="shebao-my-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHEBAO_VAR", str(folder))
        mariadb.start()
        mariadb.execute(SETUP)
        yield Connection("rs", "mysql", ("hrss",), {"uri_file": str(paths.mariadb_uri_file())})
        mariadb.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def reader(server: Connection, con: duckdb.DuckDBPyConnection) -> Iterator[MySQLReader]:
    found = MySQLReader(server, "rs")
    found.attach(con)
    yield found
    found.detach(con)


def read(
    reader: MySQLReader, con: duckdb.DuckDBPyConnection, table: Table, rows: Rows = WHOLE, names: str = ""
) -> list[tuple[Any, ...]]:
    columns = reader.columns(con, table)
    wanted = [c for c in columns.values() if not names or c.name in names.split()]
    return con.execute(f"from {reader.relation(con, table, wanted, rows)} order by 1, 2").fetchall()


def named(name: str) -> Table:
    return replace(TABLE, name=name)


def test_every_value_comes_over_exactly(reader: MySQLReader, con: duckdb.DuckDBPyConnection) -> None:
    types = {c.name: c.read_as for c in reader.columns(con, TABLE).values()}
    assert types["JE"] == "DECIMAL(16,2)"
    assert {types[n] for n in ("GXSJ", "RQ", "SJ", "WIDE", "GBK", "LONGT")} == {"VARCHAR"}
    small, third, big = read(reader, con, TABLE)
    assert big == (
        18446744073709551615, "a", Decimal("12345678901234.56"), "2026-06-30 12:34:56.123456", "2026-06-30", "南宁𠮷😀", 9,
        b"\x01" if types["FLAG"] == "BLOB" else 1, 4000000000,
        "12345678901234567890123456789012345678901234567890.12", "长" * 70000, "2026-06-30 08:00:00", "邕宁",
    )  # fmt: skip
    assert small[:7] == (2, "a", Decimal("-0.01"), "2026-06-29 23:59:59.999999", None, "tab\tline\nquote\"'\\", 0)
    assert third[2:6] == (None, None, "1949-10-01", "")
    # Without the too wide decimal the scanner reads; with it, a query: the same values.
    names = "XH LX JE GXSJ RQ BZ ZT SL SJ"
    scanned = read(reader, con, TABLE, names=names)
    assert [row[:7] for row in scanned] == [row[:7] for row in (small, third, big)]
    assert scanned[2][8] == "2026-06-30 08:00:00.000000"


def test_broken_dates_are_shown_as_they_are(reader: MySQLReader, con: duckdb.DuckDBPyConnection) -> None:
    rows = read(reader, con, named("RS_DIRTY"), names="XH LX GXSJ RQ BZ")
    assert [row[3] for row in rows] == ["2026-06-30", "0000-00-00", "2026-06-00", None]
    assert rows[3][2].startswith("0000-00-00")
    # A window without them is scanned; what has no moment is found by asking for it.
    clean = Rows(windows=(Window(DAY + dt.timedelta(days=1), None),))
    assert read(reader, con, named("RS_DIRTY"), clean, "XH LX GXSJ RQ") == []
    assert [row[0] for row in read(reader, con, named("RS_DIRTY"), Rows(nulls=True), "XH LX GXSJ RQ")] == [4]


def test_texts_of_a_binary_collation_are_texts_in_queries_too(
    reader: MySQLReader, con: duckdb.DuckDBPyConnection
) -> None:
    table = named("RS_BIN")
    assert read(reader, con, table, Rows(nulls=True), "XH LX BZ") == [(1, "文 ", "长")]  # rows without a moment
    rows = read(reader, con, table, Rows(), "XH LX RQ BZ")  # a broken date is among them
    assert rows == [(1, "文 ", "0000-00-00", "长"), (2, "b", "2026-06-30", None)]
    assert reader.measure(con, table, reader.columns(con, table), Rows(nulls=True), keys=True)[None].count == 1


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (Rows(), [2, 3, 18446744073709551615]),
        (Rows(windows=(Window(DAY, None),)), [18446744073709551615]),
        (Rows(windows=(Window(None, DAY),)), [2]),
        (Rows(windows=(Window(None, None),)), [2, 18446744073709551615]),
        # Alternatives that overlap give each row once.
        (
            Rows(windows=(Window(None, DAY),), values=(dt.datetime(2026, 6, 29, 23, 59, 59, 999999),), nulls=True),
            [2, 3],
        ),
        (Rows(piece="null"), [3]),
        (Rows(piece="..2026-06-30"), [2]),
    ],
)
def test_chosen_rows(reader: MySQLReader, con: duckdb.DuckDBPyConnection, rows: Rows, found: list[int]) -> None:
    assert [row[0] for row in read(reader, con, TABLE, rows, "XH LX JE")] == found
    measured = reader.measure(con, TABLE, reader.columns(con, TABLE), rows, keys=True)[None]
    assert measured.count == len(found)


def test_pieces_hold_every_row_once(reader: MySQLReader, con: duckdb.DuckDBPyConnection) -> None:
    tokens = reader.pieces(con, TABLE, 1)
    assert list(tokens) == ["..2026-06-30", "2026-06-30..", "null"]
    found = [row[0] for token in tokens for row in read(reader, con, TABLE, Rows(piece=token), "XH LX")]
    assert sorted(found) == [2, 3, 18446744073709551615]


def test_measures(reader: MySQLReader, con: duckdb.DuckDBPyConnection) -> None:
    import hashlib

    columns = reader.columns(con, TABLE)
    whole = reader.measure(con, TABLE, columns, Rows(), keys=True)[None]
    keys = ("18446744073709551615|a", "2|a", "3|b")
    assert whole.key_sum == sum(int(hashlib.md5(k.encode()).hexdigest()[:8], 16) for k in keys)
    assert (whole.count, whole.sums["JE"]) == (3, Decimal("12345678901234.55"))
    assert whole.latest == dt.datetime(2026, 6, 30, 12, 34, 56, 123456)
    by_day = reader.measure(con, TABLE, columns, Rows(), keys=False, by="day")
    assert {k: m.count for k, m in by_day.items()} == {DAY: 1, DAY - dt.timedelta(days=1): 1, None: 1}
    assert reader.unique_key(con, TABLE)
    assert not reader.unique_key(con, named("RS_SLOW"))


def test_only_what_is_asked_for_leaves_the_server(reader: MySQLReader, con: duckdb.DuckDBPyConnection) -> None:
    log = paths.mariadb_dir() / "queries.log"
    mariadb.execute(f"set global general_log_file = '{log}'; set global general_log = 1")
    try:
        window = Rows(windows=(Window(DAY, DAY + dt.timedelta(days=1)),), nulls=True)
        with reader.snapshot(con):
            read(reader, con, TABLE, window, "XH RQ")
    finally:
        mariadb.execute("set global general_log = 0")
    said = log.read_text(encoding="utf-8", errors="replace")
    assert "START TRANSACTION READ ONLY" in said
    scans = [line for line in said.splitlines() if "Execute" in line and "from `hrss`.`rs_odd`" in line.lower()]
    assert len(scans) == 3, scans  # the range, the rows without a moment, and whether dates are broken
    assert all(" where " in line.lower() and "`BZ`" not in line for line in scans), scans


def test_one_view_for_all_tables(reader: MySQLReader, con: duckdb.DuckDBPyConnection) -> None:
    columns = reader.columns(con, TABLE)
    with reader.snapshot(con):
        before = reader.measure(con, TABLE, columns, Rows(), keys=True)
        mariadb.execute("insert into hrss.rs_odd (XH, LX) values (77, 'late'); delete from hrss.rs_odd where XH = 2")
        try:
            con.execute("begin")
            assert [row[0] for row in read(reader, con, TABLE, names="XH LX")] == [2, 3, 18446744073709551615]
            con.execute("commit")
            assert reader.measure(con, TABLE, columns, Rows(), keys=True) == before
        finally:
            mariadb.execute(
                "delete from hrss.rs_odd where XH = 77; insert into hrss.rs_odd (XH, LX, JE, GXSJ, BZ) values"
                " (2, 'a', -0.01, '2026-06-29 23:59:59.999999', 'tab\\tline\\nquote\"''\\\\')"
            )
    assert len(read(reader, con, TABLE, names="XH LX")) == 3


def test_a_statement_that_takes_too_long_is_cancelled(server: Connection, con: duckdb.DuckDBPyConnection) -> None:
    reader = MySQLReader(replace(server, limits=Limits(statement_timeout_seconds=3)), "rs")
    reader.attach(con)
    started = time.monotonic()
    try:
        with reader.snapshot(con):
            with pytest.raises(ExchangeError, match="语句超过 3 秒，已取消"):
                read(reader, con, named("RS_WAIT"), names="XH LX BZ")
            assert time.monotonic() - started < 15
            assert len(read(reader, con, TABLE, names="XH LX")) == 3  # the next table is read
        assert mariadb.execute("select count(*) from information_schema.processlist where info like '%rs_wait%'"
                               " and info not like '%processlist%'").strip() == "0"  # fmt: skip
    finally:
        reader.detach(con)


@pytest.mark.parametrize(
    ("name", "names", "rows", "in_view"),
    [
        pytest.param("RS_LATE_DATE", "XH LX RQ", WHOLE, True, id="the look for broken dates"),
        pytest.param("RS_LATE", "XH LX", Rows(nulls=True), False, id="rows without a cursor"),
        pytest.param("RS_LATE_WIDE", "XH LX BZ", WHOLE, True, id="rows that the server casts"),
        pytest.param("RS_LATE", "", WHOLE, False, id="the counting for pieces"),
    ],
)
def test_a_query_that_takes_too_long_is_cancelled_on_its_own_connection(
    server: Connection, con: duckdb.DuckDBPyConnection, name: str, names: str, rows: Rows, in_view: bool
) -> None:
    reader, log = MySQLReader(replace(server, limits=Limits(statement_timeout_seconds=3)), "rs"), paths.mariadb_dir()
    reader.attach(con)
    try:
        reader.columns(con, TABLE)  # the catalogue, which looks into every view, is read before
        log = log / f"late-{name}-{names.replace(' ', '')}-{rows.nulls}-{in_view}.log"
        mariadb.execute(f"set global general_log_file = '{log}'; set global general_log = 1")
        with (
            reader.snapshot(con) if in_view else nullcontext(),
            pytest.raises(ExchangeError, match="语句超过 3 秒，已取消"),
        ):
            if names:
                read(reader, con, named(name), rows, names)
            else:
                reader.pieces(con, named(name), 1)
        assert len(read(reader, con, TABLE, names="XH LX")) == 3  # the next table is read
    finally:
        mariadb.execute("set global general_log = 0")
        reader.detach(con)
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    asked = re.compile(rf"(\d+) (?:Execute|Query)\s+select .*`{name.lower()}`", re.IGNORECASE)
    ran = {found[1] for line in lines if (found := asked.search(line))}
    killed = {found[1] for line in lines if (found := re.search(r"kill query (\d+)", line, re.IGNORECASE))}
    assert ran
    assert ran <= killed


def test_all_that_comes_over_is_held_to_the_pace(
    server: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also what is read for measuring, which is no row of the ledger."""
    limits = Limits(rows_per_second=4_096)
    reader, glass, many = MySQLReader(replace(server, limits=limits), "rs"), Hourglass(), named("RS_MANY")
    glass.turn(monkeypatch, reader)
    with warehouse.opened(tmp_path / "w.duckdb") as con:
        [result] = sync.sync_tables(con, reader, [many], run_id="1", identity="w", now=DAY)
        assert (result.status, result.mode, result.rows_read) == ("ok", "first", 20_000), result.detail
        assert (result.parity.equal, result.parity.keys_proven) == (True, True)
        # Counted, counted with keys, landed.
        assert sum(glass.slept) == pytest.approx(60_000 / 4_096)
        assert max(glass.slept) == pytest.approx(1.0)


def test_no_more_than_two_connections_are_held(
    server: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever the limit is: the view's, and one for questions."""
    held: set[int] = set()

    def sampled(self: MySQLReader, text: str) -> Any:
        found = asked(self, text)
        said = mariadb.execute(f"select count(*) from information_schema.processlist where user = '{mariadb.READER}'")
        held.add(int(said))
        return found

    for connections in (1, 4):
        reader = MySQLReader(replace(server, limits=Limits(connections=connections)), "rs")
        asked = MySQLReader._stream
        with monkeypatch.context() as patch, warehouse.opened(tmp_path / f"{connections}.duckdb") as con:
            patch.setattr(MySQLReader, "_stream", sampled)
            tables = [named("RS_MANY"), named("RS_DIRTY")]
            results = list(sync.sync_tables(con, reader, tables, run_id="1", identity="w", now=DAY))
        assert [r.status for r in results] == ["ok", "ok"], [r.detail for r in results]
    assert held == {2}


def test_a_broken_connection_is_told_and_the_next_table_read(
    reader: MySQLReader, con: duckdb.DuckDBPyConnection
) -> None:
    with reader.snapshot(con):
        mariadb.execute(f"kill {reader._server_id}")
        with pytest.raises(ExchangeError, match="连接中断"):
            read(reader, con, TABLE, names="XH LX")
        assert len(read(reader, con, TABLE, names="XH LX")) == 3
        mariadb.execute(f"kill {reader._server_id}")
        with pytest.raises(ExchangeError, match="连接中断"):
            read(reader, con, TABLE, names="XH LX")
        assert len(read(reader, con, TABLE, names="XH LX")) == 3


def test_nothing_is_written_and_nothing_told(server: Connection, con: duckdb.DuckDBPyConnection) -> None:
    address = {"host": "127.0.0.1", "port": 1, "user": "clerk", "password": Secret("geheim")}
    reader = MySQLReader(Connection("rs", "mysql", ("hrss",), address, limits=Limits(retries=0)), "rs")
    with pytest.raises(ExchangeError) as error:
        reader.attach(con)
    assert str(error.value) == "交换库 rs（MySQL）：连不上服务器"
    assert "geheim" not in repr(reader) + repr(error.value)
    assert error.value.__cause__ is None
    socket = {"socket": str(mariadb.socket_file()), "user": "nobody", "password": Secret("geheim")}
    reader = MySQLReader(Connection("rs", "mysql", ("hrss",), socket), "rs")
    with pytest.raises(ExchangeError, match="用户名、口令不被接受"):  # and is not tried again
        reader.attach(con)
    denied = duckdb.IOException("Access denied for user 'clerk'@'jhk.example' (using password: YES)")
    assert str(reader._failure(denied)) == "交换库 rs（MySQL）：用户名或口令不被接受"
    reader = MySQLReader(server, "rs")
    reader.attach(con)
    with pytest.raises(duckdb.Error, match="read-only"):
        reader._own().execute("delete from rs.hrss.rs_odd")
    reader.detach(con)
    with pytest.raises(ExchangeError, match="没有连接"):
        reader.measure(con, TABLE, {}, Rows(), keys=False)

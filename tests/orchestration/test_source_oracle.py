"""The Oracle reader against a recording stand-in of the driver (and, where ORACLE_DSN is set, against a real server)."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from orchestration.lib.contract import Column, Table
from orchestration.lib.exchange_config import Connection, Limits, Secret
from orchestration.lib.sources.base import ExchangeError, Rows, Window
from orchestration.lib.sources.oracle import OracleReader
from tests.fake_oracledb import FakeOracle

KINDS = {
    "XH": "bigint", "LX": "varchar", "JE": "decimal(16,2)", "FL": "decimal(10,6)", "GXSJ": "timestamp",
    "CJSJ": "timestamp", "RQ": "date", "SKSSQ": "date", "BZ": "varchar",
}  # fmt: skip
TABLE = Table(
    source="hrss",
    name="RS_ODD",
    description="",
    exchange_schema="hrss",
    raw_schema="raw_hrss",
    key=("XH", "LX"),
    cursor="GXSJ",
    mode="incremental",
    columns=tuple(Column(n, k, text_format="yyyymmdd" if n == "SKSSQ" else None) for n, k in KINDS.items()),
    parity_sums=("JE", "FL"),
    entity=None,
    warn_after_hours=None,
)
UPSTREAM = {
    "XH": "NUMBER(18)", "LX": "CHAR(4)", "JE": "NUMBER(16,2)", "FL": "NUMBER", "GXSJ": "DATE", "CJSJ": "TIMESTAMP(9)",
    "RQ": "DATE", "SKSSQ": "VARCHAR2(8)", "BZ": "CLOB", "XZ": "TIMESTAMP(6) WITH TIME ZONE", "TX": "BLOB",
    "DW": "SDO_GEOMETRY",
}  # fmt: skip
DAY = dt.datetime(2026, 6, 30)
ROWS: list[tuple[Any, ...]] = [
    (123456789012345678, "a   ", Decimal("12345678901234.56"), Decimal("0.5"), dt.datetime(2026, 6, 30, 12, 34, 56),
     "2026-06-30 12:34:56.123456789", DAY, "20260601", "长" * 40000, "2026-06-30 04:00:00+00", b"\x00\xff", None),
    (2, "a   ", Decimal("-0.01"), Decimal("10"), dt.datetime(2026, 6, 29, 23, 59, 59), "2262-01-01 00:00:00", None, None,
     "", None, None, None),
    (3, "b   ", None, None, None, None, dt.datetime(1949, 10, 1), None, "南宁𠮷😀", None, None, None),
]  # fmt: skip
LIMITS = Limits(connections=2, fetch_rows=2, statement_timeout_seconds=7, retries=2, retry_wait_seconds=0)
ADDRESS: dict[str, str | int | Secret] = {"dsn": "jhk.example:1521/JHK", "user": "reader", "password": Secret("geheim")}
CONNECTION = Connection("rs", "oracle", ("hrss",), ADDRESS, {"hrss": "SBJHK"}, LIMITS)
WHOLE = Rows()


@pytest.fixture
def oracle() -> FakeOracle:
    fake = FakeOracle()
    fake.table("SBJHK", "RS_ODD", UPSTREAM, ROWS)
    return fake


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def reader(oracle: FakeOracle, con: duckdb.DuckDBPyConnection) -> Iterator[OracleReader]:
    found = OracleReader(CONNECTION, "rs", oracle)
    found.attach(con)
    yield found
    found.detach(con)
    assert oracle.pools[0].closed
    assert not oracle.pools[0].busy  # every connection went back


def read(
    reader: OracleReader, con: duckdb.DuckDBPyConnection, rows: Rows = WHOLE, names: str = ""
) -> list[tuple[Any, ...]]:
    wanted = [c for c in reader.columns(con, TABLE).values() if not names or c.name in names.split()]
    try:
        return con.execute(f"from {reader.relation(con, TABLE, wanted, rows)} order by 1").fetchall()
    except duckdb.Error:
        if reader.streams.trouble:
            raise reader.streams.trouble from None
        raise


def test_every_value_comes_over_exactly(reader: OracleReader, con: duckdb.DuckDBPyConnection) -> None:
    assert "DW" not in reader.columns(con, TABLE)
    check_values(reader, con)


def check_values(reader: OracleReader, con: duckdb.DuckDBPyConnection) -> None:
    kinds = {c.name: c.read_as for c in reader.columns(con, TABLE).values()}
    assert kinds["JE"] == "DECIMAL(16,2)"
    assert kinds["FL"] == "VARCHAR"  # no precision: the driver would make it a double
    small, third, big = read(reader, con)
    assert big == (
        123456789012345678, "a", Decimal("12345678901234.56"), ".5", dt.datetime(2026, 6, 30, 12, 34, 56),
        dt.datetime(2026, 6, 30, 12, 34, 56, 123456), DAY, "20260601", "长" * 40000, dt.datetime(2026, 6, 30, 12),
        b"\x00\xff",
    )  # fmt: skip
    assert small[2:9] == (
        Decimal("-0.01"), "10", dt.datetime(2026, 6, 29, 23, 59, 59), dt.datetime(2262, 1, 1), None, None, None,
    )  # fmt: skip
    assert third[2:9] == (None, None, None, None, dt.datetime(1949, 10, 1), None, "南宁𠮷😀")


@pytest.mark.parametrize(
    ("rows", "found", "asked"),
    [
        (
            Rows(windows=(Window(DAY, DAY + dt.timedelta(days=1)),)),
            [123456789012345678],
            "\"GXSJ\" >= to_date('2026-06-30 00:00:00', 'YYYY-MM-DD HH24:MI:SS')",
        ),
        # Between two seconds a DATE has nothing: the bound moves up to the next one.
        (Rows(windows=(Window(dt.datetime(2026, 6, 29, 23, 59, 59, 1), DAY),)), [], "'2026-06-30 00:00:00'"),
        (Rows(windows=(Window(None, None),)), [2, 123456789012345678], '"GXSJ" is not null'),
        (Rows(values=(dt.datetime(2026, 6, 29, 23, 59, 59),), nulls=True), [2, 3], '"GXSJ" is null'),
        (Rows(values=(dt.datetime(2026, 6, 29, 23, 59, 59, 5),)), [], "1 = 0"),
        (Rows(piece="..2026-06-30"), [2], '"GXSJ" < to_date(\'2026-06-30'),
        (Rows(piece="null"), [3], '"GXSJ" is null'),
    ],
)
def test_chosen_rows(
    reader: OracleReader, oracle: FakeOracle, con: duckdb.DuckDBPyConnection, rows: Rows, found: list[int], asked: str
) -> None:
    assert [row[0] for row in read(reader, con, rows, "XH")] == found
    assert asked in oracle.calls[-1]
    assert reader.measure(con, TABLE, reader.columns(con, TABLE), rows, keys=True)[None].count == len(found)


def test_measures_are_the_servers(reader: OracleReader, oracle: FakeOracle, con: duckdb.DuckDBPyConnection) -> None:
    columns = reader.columns(con, TABLE)
    whole = reader.measure(con, TABLE, columns, WHOLE, keys=True)[None]
    keys = ("123456789012345678|a", "2|a", "3|b")
    assert whole.key_sum == sum(int(hashlib.md5(k.encode()).hexdigest()[:8], 16) for k in keys)
    assert (whole.count, whole.sums) == (3, {"JE": Decimal("12345678901234.55"), "FL": Decimal("10.5")})
    assert whole.latest == dt.datetime(2026, 6, 30, 12, 34, 56)
    moments = [dt.datetime(2026, 6, 30, 12, 34, 56), dt.datetime(2026, 6, 29, 23, 59, 59)]
    assert whole.cursor_sum == sum((m - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1) for m in moments)
    by_day = reader.measure(con, TABLE, columns, WHOLE, keys=False, by="day")
    assert {k: m.count for k, m in by_day.items()} == {DAY: 1, DAY - dt.timedelta(days=1): 1, None: 1}
    assert list(reader.measure(con, TABLE, columns, WHOLE, keys=False, by="month")) == [dt.datetime(2026, 6, 1), None]
    assert list(reader.pieces(con, TABLE, 1)) == ["..2026-06-30", "2026-06-30..", "null"]


def test_a_primary_key_is_found(reader: OracleReader, oracle: FakeOracle, con: duckdb.DuckDBPyConnection) -> None:
    assert not reader.unique_key(con, TABLE)
    oracle.server.execute(
        "insert into all_constraints values ('SBJHK', 'RS_ODD', 'PK', 'P', 'ENABLED', 'VALIDATED');"
        "insert into all_cons_columns values ('SBJHK', 'PK', 'LX'), ('SBJHK', 'PK', 'XH')"
    )
    assert reader.unique_key(con, TABLE)


def test_one_view_read_only(reader: OracleReader, oracle: FakeOracle, con: duckdb.DuckDBPyConnection) -> None:
    columns = reader.columns(con, TABLE)
    with reader.snapshot(con):
        assert oracle.calls[-1] == "set transaction read only"
        before = reader.measure(con, TABLE, columns, WHOLE, keys=True)
        oracle.server.execute('insert into "SBJHK"."RS_ODD" ("XH", "LX") values (9, \'late\')')
        assert len(read(reader, con, names="XH")) == 3
        assert reader.measure(con, TABLE, columns, WHOLE, keys=True) == before
        assert len(oracle.pools[0].busy) == 1
    assert len(read(reader, con, names="XH")) == 4


def test_it_is_gentle(reader: OracleReader, oracle: FakeOracle, con: duckdb.DuckDBPyConnection) -> None:
    options = oracle.pools[0].options
    assert (options["min"], options["max"], options["tcp_connect_timeout"]) == (0, 2, 15.0)
    assert "alter session set nls_numeric_characters = '.,'" in oracle.calls
    assert "alter session set time_zone = 'Asia/Shanghai'" in oracle.calls
    with reader.snapshot(con):
        assert oracle.pools[0].busy[0].call_timeout == 7000
    pooled = OracleReader(replace(CONNECTION, address={**ADDRESS, "drcp": 1}), "rs", oracle)
    pooled.attach(con)
    assert (oracle.pools[1].options["server_type"], oracle.pools[1].options["cclass"]) == ("pooled", "SHEBAO")
    pooled.detach(con)


def test_a_server_that_is_away_for_a_moment_is_asked_again(
    reader: OracleReader, oracle: FakeOracle, con: duckdb.DuckDBPyConnection
) -> None:
    columns = reader.columns(con, TABLE)
    oracle.fail("acquire", "DPY-6005")
    assert reader.measure(con, TABLE, columns, WHOLE, keys=False)[None].count == 3
    # Broken before the first batch: read anew by a new connection. The view is a new one too.
    with reader.snapshot(con):
        oracle.fail("execute", "DPY-4011")
        assert len(read(reader, con, names="XH")) == 3
        assert oracle.pools[0].dropped == 1
        assert oracle.calls.count("set transaction read only") == 2


def test_a_break_in_the_middle_is_told_and_gives_nothing_twice(
    reader: OracleReader, oracle: FakeOracle, con: duckdb.DuckDBPyConnection
) -> None:
    with reader.snapshot(con):
        oracle.fail("fetch:1", "DPY-4011")
        with pytest.raises(ExchangeError, match=r"^交换库 rs（Oracle）：连接中断（DPY-4011）$"):
            read(reader, con, names="XH")
        assert len(read(reader, con, names="XH")) == 3
    assert oracle.pools[0].dropped == 1


@pytest.mark.parametrize(
    ("where", "code", "told"),
    [
        ("execute", "DPY-4024", "语句超过时限，已取消"),
        ("fetch:1", "ORA-01555", "快照过旧"),
        ("execute", "ORA-00942", "没有读取权限"),
        ("execute", "ORA-99999", "ORA-99999"),
        ("acquire", "ORA-01017", "用户名或口令不被接受"),
    ],
)
def test_failures_are_told_by_their_number_only(
    reader: OracleReader, oracle: FakeOracle, con: duckdb.DuckDBPyConnection, where: str, code: str, told: str
) -> None:
    reader.columns(con, TABLE)
    oracle.fail(where, code)
    with pytest.raises(ExchangeError, match=told) as failure:
        read(reader, con, names="XH")
    assert "geheim" not in repr(failure.value) + repr(reader)
    assert failure.value.__cause__ is None
    assert oracle.faults == []
    assert len(read(reader, con, names="XH")) == 3


def test_the_real_driver_is_told_to_go_nowhere(con: duckdb.DuckDBPyConnection) -> None:
    """With python-oracledb itself, as far as one comes without a server."""
    nowhere = replace(CONNECTION, address={**ADDRESS, "dsn": "127.0.0.1:1/JHK", "drcp": 1})
    reader = OracleReader(nowhere, "rs")
    with pytest.raises(ExchangeError, match="连不上服务器（DPY-6005）") as failure:
        reader.attach(con)
    assert "geheim" not in repr(failure.value)
    reader.detach(con)


@pytest.mark.skipif(not os.environ.get("ORACLE_DSN"), reason="ORACLE_DSN is not set: never run against a real Oracle")
def test_a_real_server(con: duckdb.DuckDBPyConnection) -> None:
    """ORACLE_DSN, ORACLE_USER, ORACLE_PASSWORD of an account that may create a table; the same rows as above."""
    import oracledb

    user, password = os.environ["ORACLE_USER"], os.environ["ORACLE_PASSWORD"]
    kinds = {n: k for n, k in UPSTREAM.items() if n != "DW"}
    with oracledb.connect(user=user, password=password, dsn=os.environ["ORACLE_DSN"]) as server:
        cursor = server.cursor()
        cursor.execute(f'create table "RS_ODD" ({", ".join(f"{chr(34)}{n}{chr(34)} {k}" for n, k in kinds.items())})')
        try:
            marks = ", ".join(
                f"to_timestamp(:{i}, 'YYYY-MM-DD HH24:MI:SS.FF')" if n == "CJSJ"
                else f"to_timestamp_tz(:{i}, 'YYYY-MM-DD HH24:MI:SSTZH')" if n == "XZ" else f":{i}"
                for i, n in enumerate(kinds, 1)
            )  # fmt: skip
            for row in ROWS:
                cursor.execute(f'insert into "RS_ODD" values ({marks})', list(row[:-1]))
            server.commit()
            address = {"dsn": os.environ["ORACLE_DSN"], "user": user, "password": Secret(password)}
            reader = OracleReader(Connection("rs", "oracle", ("hrss",), address, {"hrss": user}, LIMITS), "rs")
            reader.attach(con)
            with reader.snapshot(con):
                check_values(reader, con)
                columns = reader.columns(con, TABLE)
                whole = reader.measure(con, TABLE, columns, WHOLE, keys=True)[None]
                keys = ("123456789012345678|a", "2|a", "3|b")
                assert whole.key_sum == sum(int(hashlib.md5(k.encode()).hexdigest()[:8], 16) for k in keys)
                assert whole.sums["JE"] == Decimal("12345678901234.55")
                for step in ("day", "month"):
                    reader.measure(con, TABLE, columns, WHOLE, keys=False, by=step)
                assert len(read(reader, con, Rows(windows=(Window(DAY, None),)), "XH")) == 1
                assert len(reader.pieces(con, TABLE, 1)) == 3
                assert not reader.unique_key(con, TABLE)
            reader.detach(con)
        finally:
            cursor.execute('drop table "RS_ODD"')

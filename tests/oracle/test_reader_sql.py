"""What of the reader's Oracle SQL H2 in Oracle mode knows gives there what it should: more than form, less than proof.

H2 has no STANDARD_HASH, TO_NUMBER, TRUNC(moment, unit) nor days between dates as a number: these have never run anywhere
but in the stand-in of tests/fake_oracledb.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from orchestration.lib.contract import Column
from orchestration.lib.sources.base import Rows, Window
from orchestration.lib.sources.oracle_sql import OracleColumn, OracleDialect
from tests.oracle import h2
from tests.servers import need_h2

COLUMNS = {
    name: OracleColumn(name, kind, precision, scale, "Asia/Shanghai")
    for name, kind, precision, scale in (
        ("XH", "NUMBER", 18, 0),
        ("LX", "CHAR", None, None),
        ("JE", "NUMBER", 16, 2),
        ("FL", "NUMBER", None, None),
        ("GXSJ", "DATE", None, None),
        ("CJSJ", "TIMESTAMP(9)", None, None),
    )
}
SHOWN = {name: column.shown() for name, column in COLUMNS.items()}
DIALECT = OracleDialect(COLUMNS)
SETUP = (
    "create schema SBJHK",
    'create table SBJHK.RS_ODD ("XH" NUMBER(18), "LX" CHAR(4), "JE" NUMBER(16, 2), "FL" NUMBER, "GXSJ" DATE,'
    ' "CJSJ" TIMESTAMP(9))',
    "insert into SBJHK.RS_ODD values"
    " (123456789012345678, 'a', 12345678901234.56, 0.5, timestamp '2026-06-30 12:34:56',"
    "  timestamp '2026-06-30 12:34:56.123456'),"
    " (2, 'a', -0.01, 12.345678912, timestamp '2026-06-29 23:59:59', null), (3, '', null, null, null, null)",
)


@pytest.fixture(scope="module")
def server() -> Iterator[h2.H2]:
    need_h2()
    database = h2.H2()
    for statement in SETUP:
        database.execute(statement)
    yield database
    database.close()


def ask(server: h2.H2, expression: str, where: str = "") -> list[Any]:
    condition = f" where {where}" if where else ""
    return [row[0] for row in server.rows(f'select {expression} from SBJHK.RS_ODD{condition} order by "XH" desc')]


def test_columns_as_they_are_selected(server: h2.H2) -> None:
    found = {name: ask(server, column.expression) for name, column in COLUMNS.items()}
    assert found["LX"] == ["a", None, "a"]
    assert found["FL"][0] == "0.5"  # Oracle itself leaves the 0 before the point out
    assert [str(v) for v in found["JE"]] == ["12345678901234.56", "None", "-0.01"]
    assert found["CJSJ"][0] == "2026-06-30 12:34:56.123456"


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (Rows(windows=(Window(dt.datetime(2026, 6, 30), None),)), [123456789012345678]),
        (Rows(windows=(Window(None, dt.datetime(2026, 6, 29, 23, 59, 59, 1)),)), [2]),
        (Rows(values=(dt.datetime(2026, 6, 29, 23, 59, 59),), nulls=True), [3, 2]),
        (Rows(values=(dt.datetime(2026, 6, 29, 23, 59, 59, 9),)), []),
    ],
)
def test_conditions(server: h2.H2, rows: Rows, found: list[int]) -> None:
    where = DIALECT.where(SHOWN["GXSJ"], Column("GXSJ", "timestamp"), rows)  # type: ignore[arg-type]
    assert ask(server, '"XH"', where) == found


def test_numbers_and_the_texts_of_keys(server: h2.H2) -> None:
    def number(name: str) -> list[str]:
        text = DIALECT.number(SHOWN[name], Column(name, "decimal(16,2)"))  # type: ignore[arg-type]
        return [str(v) for v in ask(server, text)]

    assert number("JE") == ["12345678901234.56", "None", "-0.01"]
    assert [float(v) for v in number("FL") if v != "None"] == [0.5, 12.345679]
    parts = {
        "XH": ("bigint", ["123456789012345678", "3", "2"]),
        "LX": ("varchar", ["a", None, "a"]),
        "JE": ("decimal(16,2)", ["12345678901234.56", None, "-0.01"]),
        "GXSJ": ("timestamp", ["2026-06-30 12:34:56.000000", None, "2026-06-29 23:59:59.000000"]),
        "CJSJ": ("date", ["20260630", None, None]),
    }
    for name, (kind, texts) in parts.items():
        assert ask(server, DIALECT._part(SHOWN[name], Column(name, kind))) == texts, name  # type: ignore[arg-type]
    joined = " || '|' || ".join(DIALECT._part(SHOWN[n], Column(n, parts[n][0])) for n in ("XH", "LX"))  # type: ignore[arg-type]
    assert ask(server, joined) == ["123456789012345678|a", "3|", "2|a"]

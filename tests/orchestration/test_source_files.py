"""Tables that come as files: three formats and two encodings give the same rows; what is odd is told."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.contract import Column, Table
from orchestration.lib.exchange_config import ConfigError, Connection
from orchestration.lib.sources.base import ExchangeError, Rows, Window
from orchestration.lib.sources.extensions import extension_file
from orchestration.lib.sources.files import FilesReader

TABLE = Table(
    source="hrss",
    name="RS_X",
    description="",
    exchange_schema="hrss",
    raw_schema="raw_hrss",
    key=("XH",),
    cursor="GXSJ",
    mode="incremental",
    columns=(
        Column("XH", "varchar"),
        Column("MC", "varchar"),
        Column("JE", "decimal(16,2)"),
        Column("RQ", "date"),
        Column("SKSSQ", "date", text_format="yyyymmdd"),
        Column("GXSJ", "timestamp"),
    ),
    parity_sums=("JE",),
    entity=None,
    warn_after_hours=None,
)
ROWS = [
    (
        "450100199001011234",
        "南宁𠮷野",
        Decimal("90071992547409.93"),
        "2026-06-30",
        "20260601",
        "2026-06-30 12:34:56.789",
    ),
    ("00123", 'a"b,c\nd', Decimal("-0.10"), None, None, "2026-06-29 23:59:59"),
    ("2", None, None, "1949-10-01", "19491001", None),
]
HEAD = ",".join(c.name for c in TABLE.columns)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"load '{extension_file('duckdb_extension_excel')}'")
        connection.execute(
            "create table x (XH varchar, MC varchar, JE decimal(16, 2), RQ date, SKSSQ varchar, GXSJ timestamp)"
        )
        connection.executemany("insert into x values (?, ?, ?, ?, ?, ?)", ROWS)
        yield connection


def reader(folder: Path, **more: str) -> FilesReader:
    return FilesReader(Connection("drop", "files", ("hrss",), {"folder": str(folder), **more}), "drop")


def rows(found: FilesReader, con: duckdb.DuckDBPyConnection, which: Rows = Rows()) -> list[tuple[object, ...]]:  # noqa: B008
    columns = list(found.columns(con, TABLE).values())
    relation = found.relation(con, TABLE, columns, which)
    typed = "XH, MC, JE::decimal(16, 2), RQ::date::varchar, SKSSQ, GXSJ::timestamp"
    return con.execute(f"select {typed} from {relation} order by XH desc").fetchall()


def expected() -> list[tuple[object, ...]]:
    times = [None if r[5] is None else dt.datetime.fromisoformat(str(r[5])) for r in ROWS]
    return sorted(((*r[:5], t) for r, t in zip(ROWS, times, strict=True)), key=lambda r: str(r[0]), reverse=True)


@pytest.mark.parametrize("kind", ["parquet", "xlsx", "csv", "gb18030", "tab"])
def test_the_same_rows_from_every_kind_of_file(kind: str, con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    place = tmp_path / "hrss"
    place.mkdir()
    if kind == "parquet":
        con.execute(f"copy x to '{place / 'RS_X.parquet'}'")
    elif kind == "xlsx":
        con.execute(f"copy x to '{place / 'rs_x.XLSX'}' (format xlsx, header true)")
    else:
        file = place / "rs_x.csv"
        con.execute(f"copy x to '{file}' (format csv, header true, delimiter '{chr(9) if kind == 'tab' else ','}')")
        if kind == "gb18030":
            file.write_bytes(file.read_text(encoding="utf-8").encode("gb18030"))
    found = reader(tmp_path)
    found.attach(con)
    with found.snapshot(con):
        assert rows(found, con) == expected()
        measured = found.measure(con, TABLE, found.columns(con, TABLE), Rows(), keys=True)[None]
        assert (measured.count, measured.sums["JE"]) == (3, Decimal("90071992547409.83"))
        # The same sum of keys as the warehouse has of its typed rows, whatever wrote the day.
        by_day = replace(TABLE, key=("XH", "RQ"))
        keys = found.measure(con, by_day, found.columns(con, by_day), Rows(), keys=True)[None].key_sum
        texts = (f"{r[0]}|{str(r[3] or '').replace('-', '')}" for r in ROWS)
        assert keys == sum(int(hashlib.md5(text.encode()).hexdigest()[:8], 16) for text in texts)
        window = Rows(windows=(Window(dt.datetime(2026, 6, 30), None),))
        assert [r[0] for r in rows(found, con, window)] == ["450100199001011234"]
        assert found.measure(con, TABLE, found.columns(con, TABLE), window, keys=False)[None].count == 1
        name = [found.columns(con, TABLE)["MC"]]
        assert con.execute(f"from {found.relation(con, TABLE, name, Rows(nulls=True))}").fetchall() == [(None,)]
    found.detach(con)


def test_an_empty_text_is_not_null_and_bytes_of_no_encoding_are_marked(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    (tmp_path / "hrss").mkdir()
    body = f'{HEAD}\n1,"",1.00,,,\n2,,1.00,,,\n3,'.encode("gb18030") + b"\xff\xff,1.00,,,\n4," + "邕".encode("gb18030")
    (tmp_path / "hrss" / "RS_X.csv").write_bytes(body + b",1.00,,,\n")
    found = reader(tmp_path)
    found.attach(con)
    assert [r[1] for r in reversed(rows(found, con))] == ["", None, "\N{REPLACEMENT CHARACTER}" * 2, "邕"]
    found.detach(con)


def test_noise_of_excel_is_rounded_away(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "hrss").mkdir()
    file = tmp_path / "hrss" / "RS_X.xlsx"
    con.execute(
        "copy (select * replace (1.1000000000000001::double as JE, 'bad' as GXSJ) from x limit 1)"
        f" to '{file}' (format xlsx, header true)"
    )
    found = reader(tmp_path)
    found.attach(con)
    columns = list(found.columns(con, TABLE).values())
    row = con.execute(f"select JE, GXSJ from {found.relation(con, TABLE, columns, Rows())}").fetchone()
    assert row is not None
    assert (Decimal(row[0]), row[1]) == (Decimal("1.1"), "bad")
    found.detach(con)


def test_parts_of_a_table_and_what_is_wrong_with_a_folder(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    place = tmp_path / "hrss" / "RS_X"
    place.mkdir(parents=True)
    (place / "20260629.csv").write_text(f"{HEAD}\n1,a,1.00,,,\n", encoding="utf-8")
    other_order = "MC,XH,JE,RQ,SKSSQ,GXSJ"
    (place / "20260630.csv").write_text(f"\ufeff{other_order}\nb,2,1.00,,,\n", encoding="utf-8")
    found = reader(tmp_path)
    found.attach(con)
    assert [r[0] for r in rows(found, con)] == ["2", "1"]
    with found.snapshot(con):
        assert len(rows(found, con)) == 2
        (place / "20260630.csv").write_text(f"{HEAD}\n3,c,1.00,,,\n", encoding="utf-8")
        with pytest.raises(ExchangeError, match="文件在读取过程中被替换"):
            rows(found, con)
    con.execute(f"copy x to '{place / 'x.parquet'}'")
    with found.snapshot(con), pytest.raises(ExchangeError, match="几种格式"):
        found.columns(con, TABLE)
    (place / "x.parquet").unlink()
    (place / "20260630.csv").write_text(f"{HEAD}\n3,c,geheim\n", encoding="utf-8")
    with found.snapshot(con), pytest.raises(ExchangeError, match="第 2 行") as error:
        found.measure(con, TABLE, found.columns(con, TABLE), Rows(), keys=True)
    assert "geheim" not in str(error.value)
    found.detach(con)
    other = Table(**{**TABLE.__dict__, "name": "RS_Y"})
    found.attach(con)
    assert found.columns(con, other) == {}
    found.detach(con)
    with pytest.raises(ExchangeError, match="不存在：none"):
        reader(tmp_path / "none").attach(con)
    with pytest.raises(ConfigError, match="latin-1"):
        reader(tmp_path, encoding="latin-1")

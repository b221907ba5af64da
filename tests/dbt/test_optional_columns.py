"""A column that a department no longer sends, if the contract calls it optional: the staging view gives a typed NULL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb

from orchestration.lib import sources, sync, warehouse
from tests.conftest import BuiltWorld
from tests.orchestration.tiny_exchange import TinyExchange, tables

DAY = dt.datetime(2026, 6, 1, 9, 0)
ABSENT = {"AAE006": "address", "ZZRQ": "ended_date"}  # a text and a date


def test_staging_gives_a_typed_null(built_world: Callable[..., BuiltWorld], tmp_path: Path) -> None:
    """The view as dbt made it, over raw tables of an exchange that lacks two columns, and again once it has them."""
    world = built_world(seed=1)
    with duckdb.connect(str(world.warehouse), read_only=True) as con:
        found = con.execute(
            "select schema_name || '.' || view_name, sql from duckdb_views() where view_name = 'stg_hrss__registration'"
        ).fetchone()
        assert found is not None
        name, made = found
        types = dict(row[:2] for row in con.execute(f"describe {name}").fetchall())
    body = made.split(" AS ", 1)[1].strip().rstrip(";")

    [declared] = [t for t in tables() if t.id == "hrss.RS_DWJBXX"]
    columns = tuple(replace(c, optional=c.name in ABSENT) for c in declared.columns)
    table = replace(declared, columns=columns)
    exchange = TinyExchange(tmp_path / "exchange.duckdb", (table,))
    exchange.put(table.id, AAB001="1", XTLY="N", AAB004="甲", GXSJ=DAY, CSSJ=DAY)
    for name in ABSENT:
        exchange.sql(f"alter table {table.id} drop column {name}")
    file = tmp_path / world.warehouse.name  # names in the view begin with the name of the file

    def staged() -> list[tuple[object, ...]]:
        with warehouse.opened(file) as con:
            reader = sources.DuckDBReader.of(exchange.file)
            [result] = sync.sync_tables(con, reader, [table], run_id="r", identity="w", now=DAY)
            assert (result.status, result.parity.equal) == ("ok", True), result.detail
            con.execute(f"create or replace view staged as {body}")
            assert dict(row[:2] for row in con.execute("describe staged").fetchall()) == types
            return con.execute(f"select unit_no, unit_name, {', '.join(ABSENT.values())} from staged").fetchall()

    assert staged() == [("1", "甲", None, None)]
    exchange.sql(f"alter table {table.id} add column AAE006 varchar")
    exchange.sql(f"alter table {table.id} add column ZZRQ date")
    exchange.sql(f"update {table.id} set AAE006 = '邕宁', ZZRQ = date '2026-05-01', GXSJ = GXSJ + interval 1 hour")
    assert staged() == [("1", "甲", "邕宁", dt.date(2026, 5, 1))]

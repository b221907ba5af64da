"""A real PostgreSQL exchange gives the same raw tables as the embedded file."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.lib import sources, sync, warehouse
from orchestration.lib.exchange_config import Limits
from tests.conftest import BuiltWorld

from .tiny_exchange import tables

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

NOW = dt.datetime(2026, 6, 30)


@pytest.fixture(scope="module")
def world() -> Iterator[BuiltWorld]:
    """The small world of seed 1 in a PostgreSQL of its own."""
    # Not in pytest's own folder: the server's system user must be able to reach it.
    folder = Path(tempfile.mkdtemp(prefix="shebao-pg-"))
    folder.chmod(0o755)
    found = BuiltWorld(1, "2026-06-30", folder)
    found.run("simulator", "build", "--seed", "1", "--scale", "ci", "--as-of", found.as_of, "--exchange", "postgres")
    yield found
    found.run("simulator", "postgres", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def raw(file: Path) -> dict[str, tuple[Any, ...]]:
    found = {}
    with duckdb.connect(str(file), read_only=True) as con:
        for table in tables():
            names = ", ".join(f'"{c.name}"' for c in table.columns)
            row = con.execute(
                f"select count(*), coalesce(sum(hash(t)::hugeint), 0) from (select {names} from {table.raw}) t"
            ).fetchone()
            assert row is not None
            found[table.id] = row
    return found


def address(world: BuiltWorld) -> str:
    return (world.var / "exchange" / "postgres.uri").read_text(encoding="utf-8").strip()


def test_both_engines_land_the_same_rows(world: BuiltWorld, built_world: Callable[..., BuiltWorld]) -> None:
    said = world.run("orchestration", "sync", "--exchange", "postgres")
    assert f"同步 {len(tables())} 张表" in said
    left, right = raw(world.warehouse), raw(built_world(seed=1).warehouse)
    assert {name for name in left if left[name] != right[name]} == set()
    assert sum(row[0] for row in left.values()) > 10_000
    assert "写入 0 行" in world.run("orchestration", "sync", "--exchange", "postgres")


def test_the_exchange_is_never_written(world: BuiltWorld) -> None:
    with duckdb.connect() as con:
        sources.PostgresReader.of(address(world)).attach(con)
        with pytest.raises(duckdb.Error):
            con.execute("delete from exchange.hrss.rs_dz")


def test_a_numeric_without_precision_stays_exact(world: BuiltWorld, tmp_path: Path) -> None:
    import psycopg

    big = Decimal("90071992547409.93")  # a double could not hold it
    with psycopg.connect(address(world)) as server:
        server.execute("alter table hrss.rs_dz alter column dzje type numeric")
        server.execute(
            "insert into hrss.rs_dz (dzxh, dzje, gxsj) values ('loose', %s, '2026-06-30'), ('odd', 1.005, '2026-06-30')",
            [big],
        )
    try:
        with warehouse.opened(tmp_path / "w.duckdb") as con:
            reader = sources.PostgresReader.of(address(world))
            [table] = [t for t in tables() if t.id == "hrss.RS_DZ"]
            [result] = sync.sync_tables(con, reader, [table], run_id="r", identity="w", now=NOW)
            assert (result.status, result.rows_quarantined, result.parity.equal) == ("ok", 1, True)
            row = con.execute("select DZJE from raw_hrss.RS_DZ where DZXH = 'loose'").fetchone()
        assert row == (big,)
    finally:
        with psycopg.connect(address(world)) as server:
            server.execute("delete from hrss.rs_dz where dzxh in ('loose', 'odd')")


def test_an_address_never_shows_in_an_error() -> None:
    reader = sources.PostgresReader.of("postgresql://clerk:geheim@/nowhere?host=/nonexistent")
    reader.limits = Limits(retries=0)
    with duckdb.connect() as con, pytest.raises(sources.ExchangeError) as error:
        reader.attach(con)
    assert "geheim" not in str(error.value)
    assert "geheim" not in repr(reader)
    assert error.value.__cause__ is None

"""The benchmark of the whole exchange on a few tables of a small city: it measures, and leaves the exchange as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import psycopg
import pytest

from benchmarks import city
from benchmarks import sync as one_table
from orchestration.lib import contract, fast
from tests.conftest import BuiltWorld

pytestmark = pytest.mark.slow

FEW = ("hrss.RS_DZ", "tax_levy.ZS_HPXX", "tax_registry.DM_DZ")
MOVING = 'select GXSJ, count(*) from tax_levy."ZS_HPXX" group by all order by all'


@pytest.fixture
def few(built_world: Callable[..., BuiltWorld], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An exchange of which only a few tables are agreed on, nothing synced; its file."""
    (tmp_path / "exchange").mkdir()
    for name in ("exchange.duckdb", "world.json"):
        shutil.copy(built_world(seed=1).var / "exchange" / name, tmp_path / "exchange" / name)
    for name in ("SHEBAO_WAREHOUSE", "SHEBAO_EXCHANGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path))
    chosen = tuple(t for t in contract.from_yaml(fast.paths_staging()) if t.id in FEW)
    assert len(chosen) == len(FEW)
    monkeypatch.setattr(city.contract, "from_yaml", lambda folder: chosen)
    return tmp_path / "exchange" / "exchange.duckdb"


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(query).fetchall()


def test_first_load_and_delta(few: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = rows(few, MOVING)
    assert city.command(delta=True, undo=False) == 0
    said = capsys.readouterr().out
    for line in ("first load / copy", "nothing new / copy", "delta of 0.3 % / copy", "set back"):
        assert line in said
    assert f"{len(FEW)} tables, " in said
    assert rows(few, MOVING) == before
    assert {file.name for file in few.parent.parent.glob("*.duckdb")} == set()


def test_what_is_not_measured_is_refused(
    few: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHEBAO_EXCHANGE", "mariadb")
    assert city.command(delta=False, undo=False) == 1
    monkeypatch.setenv("SHEBAO_EXCHANGE", "postgres")
    assert city.command(delta=True, undo=False) == 1
    said = capsys.readouterr().err
    assert "mariadb" in said
    assert "delta" in said
    monkeypatch.delenv("SHEBAO_EXCHANGE")
    few.unlink()
    assert city.command(delta=False, undo=False) == 1
    assert "simulator build" in capsys.readouterr().err


@pytest.mark.postgres
def test_tables_of_a_server_are_sent_whole() -> None:
    chosen = [t for t in contract.from_yaml(fast.paths_staging()) if t.id in FEW]
    with one_table.server() as address:
        with psycopg.connect(address, autocommit=True) as admin:
            for number, table in enumerate(chosen):
                admin.execute(f"create schema {table.exchange_schema}")
                admin.execute(
                    f"create table {table.exchange_schema}.{table.name.lower()} as select generate_series(1, {number}) i"
                )
        copies = city.copied_from_server(address, chosen)
    assert [copy.rows for copy in copies] == [0, 1, 2]
    assert all(copy.cost.wall > 0 for copy in copies)

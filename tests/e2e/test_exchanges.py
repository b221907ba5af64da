"""The same exchange in DuckDB, PostgreSQL, MariaDB and files: the same raw tables, row for row, and so the same marts."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest

from orchestration.lib import contract
from orchestration.lib.sources.extensions import extension_file
from simulator import mariadb
from tests.conftest import BuiltWorld
from tests.orchestration.tiny_exchange import tables
from tests.servers import need_mariadb

pytestmark = pytest.mark.slow

# When and by which run a row came differs of course.
BOOKKEEPING = ("_synced_at",)
SMALL = 1_500  # rows that are worth a sheet


@pytest.fixture(scope="module")
def embedded(built_world: Callable[..., BuiltWorld]) -> BuiltWorld:
    """The city from the embedded exchange, synced and built."""
    return built_world(seed=1)


@pytest.fixture(params=[pytest.param(k, marks=getattr(pytest.mark, k)) for k in ("postgres", "mariadb")])
def server(request: pytest.FixtureRequest, embedded: BuiltWorld) -> Iterator[tuple[str, BuiltWorld]]:
    """A server with the same rows, in a folder that its system user can reach."""
    kind = str(request.param)
    if kind == "mariadb":
        need_mariadb()
    folder = Path(tempfile.mkdtemp(prefix=f"shebao-{kind}-"))
    folder.chmod(0o755)
    world = BuiltWorld(embedded.seed, embedded.as_of, folder)
    copy(embedded, world)
    world.run("simulator", kind, "fill")
    yield kind, world
    assert "stopped" in world.run("simulator", kind, "stop")
    assert not (kind == "mariadb" and (folder / "exchange" / "mariadb" / "server.sock").exists())
    shutil.rmtree(folder, ignore_errors=True)


def copy(embedded: BuiltWorld, world: BuiltWorld) -> None:
    (world.var / "exchange").mkdir()
    for name in ("exchange.duckdb", "world.json"):
        shutil.copy(embedded.var / "exchange" / name, world.var / "exchange" / name)
    if (embedded.var / "target").exists():  # so that dbt need not parse all of it again
        shutil.copytree(embedded.var / "target", world.var / "target")


Tables = dict[tuple[str, str], tuple[int, int]]


@cache
def contents(file: Path, schemas: str) -> Tables:
    """Rows and the sum of the rows' hashes of every table; bookkeeping left out."""
    found: Tables = {}
    with duckdb.connect(str(file), read_only=True) as con:
        listed = con.execute(
            "select schema_name, table_name, list(column_name order by column_index) from duckdb_columns()"
            " where regexp_full_match(schema_name, ?) and not starts_with(table_name, '_') and (schema_name, table_name)"
            " in (select (schema_name, table_name) from duckdb_tables()) group by all",
            [schemas],
        ).fetchall()
        for schema, table, columns in listed:
            chosen = ", ".join(f'"{name}"' for name in columns if name not in BOOKKEEPING)
            row = con.execute(
                f'select count(*), coalesce(sum(hash(t)::hugeint), 0) from (select {chosen} from "{schema}"."{table}") t'
            ).fetchone()
            assert row is not None
            found[schema, table] = row
    return found


def differences(left: Path, right: Path, schemas: str) -> tuple[int, list[str]]:
    """Rows on the left, and the tables whose rows are not the same on both sides."""
    ours, theirs = contents(left, schemas), contents(right, schemas)
    differing = sorted(".".join(name) for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
    return sum(rows for rows, _ in ours.values()), differing


def parity(world: BuiltWorld) -> list[tuple[str, ...]]:
    """Tables whose two sides were not proven equal."""
    with duckdb.connect(str(world.warehouse), read_only=True) as con:
        return con.execute(
            "select source_name, table_name, detail from ops.sync_table where parity_status <> 'PASS'"
        ).fetchall()


def test_every_raw_table_is_the_same(server: tuple[str, BuiltWorld], embedded: BuiltWorld) -> None:
    """On PostgreSQL's all models are built too; from the same raw tables they are what they are, whichever server it was."""
    kind, world = server
    built = kind == "postgres"
    world.run(
        "orchestration", *(["daily", "--fast"] if built else ["sync"]), "--exchange", kind, "--as-of", world.as_of
    )
    assert parity(world) == []
    kept = [("raw_.*", 100_000), ("reference|intermediate|marts", 10_000)]
    for schemas, least in kept if built else kept[:1]:
        rows, differing = differences(embedded.warehouse, world.warehouse, schemas)
        assert differing == []
        assert rows > least


def test_files_of_all_kinds_land_the_same_rows(embedded: BuiltWorld, tmp_path: Path) -> None:
    """Parquet, CSV in UTF-8 and in GB18030, and sheets for what is small, side by side in one folder."""
    world = BuiltWorld(embedded.seed, embedded.as_of, tmp_path / "var")
    folder = world.var / "exchange" / "files"
    folder.mkdir(parents=True)
    kinds = dict.fromkeys(("parquet", "csv", "gb18030", "xlsx"), 0)
    with duckdb.connect(str(embedded.var / "exchange" / "exchange.duckdb"), read_only=True) as con:
        con.execute(f"load '{extension_file('duckdb_extension_excel')}'")
        for number, table in enumerate(tables()):
            kind = write(con, table, folder, number)
            kinds[kind] += 1
    assert min(kinds.values()) >= 5
    world.run("orchestration", "sync", "--exchange", "files")
    assert parity(world) == []
    rows, differing = differences(embedded.warehouse, world.warehouse, "raw_.*")
    assert differing == []
    assert rows > 100_000


def write(con: duckdb.DuckDBPyConnection, table: contract.Table, folder: Path, number: int) -> str:
    relation = f'{table.exchange_schema}."{table.name}"'
    place = folder / table.exchange_schema
    place.mkdir(exist_ok=True)
    row = con.execute(f"select count(*) from {relation}").fetchone()
    assert row is not None
    if row[0] <= SMALL and number % 2:
        con.execute(f"copy {relation} to '{place / table.name}.xlsx' (format xlsx, header true)")
        return "xlsx"
    if number % 3 == 0:
        con.execute(f"copy {relation} to '{place / table.name}.parquet'")
        return "parquet"
    file = place / f"{table.name}.csv"
    con.execute(f"copy {relation} to '{file}' (format csv, header true)")
    if number % 3 == 1:
        return "csv"
    file.write_bytes(file.read_text(encoding="utf-8").encode("gb18030"))
    return "gb18030"


def test_mariadb_is_here() -> None:
    """Says loudly where MariaDB is missing, and fails where everything must be tested."""
    need_mariadb()
    assert mariadb.missing_tools() == []

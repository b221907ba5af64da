"""Write the projected exchange and the truth to their files; readers see the old or the new one, never half."""

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from common import paths
from simulator import contract
from simulator.engine import insert_rows

if TYPE_CHECKING:
    from simulator.world import World


def write_exchange(world: "World", file: Path) -> None:
    """The exchange as a DuckDB file, written beside and renamed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    world.sql(f"attach '{new}' as target")
    try:
        for table in contract.tables():
            world.sql(f"create schema if not exists target.{table.system}")
            world.sql(f'create table target.{table.system}."{table.name}" as from {table.system}."{table.name}"')
        world.sql("checkpoint target")
    finally:
        world.sql("detach target")
    file.with_suffix(".duckdb.wal").unlink(missing_ok=True)
    new.replace(file)


def write_world(world: "World", file: Path) -> None:
    """The world itself as a DuckDB file: all entities and their plans, also what no exchange shows."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    tables = world.rows(
        "select schema_name || '.' || table_name from duckdb_tables()"
        " where schema_name = 'world' or schema_name = 'main' and starts_with(table_name, 'ref_') order by all"
    )
    world.sql(f"attach '{new}' as kept")
    try:
        world.sql("create schema kept.world")
        for (table,) in tables:
            world.sql(f"create table kept.{table} as from {table}")
    finally:
        world.sql("detach kept")
    new.replace(file)


class Truth:
    """The file of what was planted and what only looks like it, filled block by block; complete only after `finish`."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.new = file.with_suffix(".new")

    def begin(self) -> None:
        """Make room: nothing is left of an attempt before."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.new.unlink(missing_ok=True)
        with duckdb.connect(str(self.new)) as con:
            con.execute("create table world_info (name varchar, value varchar)")

    def add(self, world: "World") -> None:
        """The truth of a world."""
        world.sql(f"attach '{self.new}' as truth_file")
        try:
            for table in ("truth", "near_miss"):
                world.sql(f"create table if not exists truth_file.{table} as from world.{table} limit 0")
                world.sql(f"insert into truth_file.{table} from world.{table} order by all")
        finally:
            world.sql("detach truth_file")

    def finish(self, info: dict[str, Any]) -> None:
        """How the world was made, and the file in its place."""
        with duckdb.connect(str(self.new)) as con:
            insert_rows(con, "world_info", [(k, str(v)) for k, v in info.items()])
        self.new.replace(self.file)


def write_truth(world: "World", file: Path, info: dict[str, Any]) -> None:
    """What was planted, what only looks like it, and how the world was made."""
    truth = Truth(file)
    truth.begin()
    truth.add(world)
    truth.finish(info)


def write_state(state: dict[str, Any]) -> None:
    """Remember seed, scale, business date and kind of exchange."""
    file = paths.world_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(json.dumps(state, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    new.replace(file)


def read_state() -> dict[str, Any]:
    """The remembered state."""
    file = paths.world_file()
    if not file.exists():
        raise FileNotFoundError(f"no simulated world in {file.parent}: run `python -m simulator build` first")
    state: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return state


def state(seed: int, scale: str, as_of: dt.date, exchange: str) -> dict[str, Any]:
    """The state in the form that is remembered. world_id: the same for every day of one world, another for any other world."""
    made_of = [
        f"{seed} {scale}",
        *(file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.rglob("params.yml"))),
    ]
    world_id = hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:16]
    return {"world_id": world_id, "seed": seed, "scale": scale, "as_of": as_of.isoformat(), "exchange": exchange}

"""Write the projected exchange and the truth to their files; readers see the old or the new one, never half."""

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common import paths
from simulator import contract

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


def write_truth(world: "World", file: Path, info: dict[str, Any]) -> None:
    """What was planted, what only looks like it, and how the world was made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    world.sql(f"attach '{new}' as target")
    try:
        world.sql("create table target.truth as from world.truth order by all")
        world.sql("create table target.near_miss as from world.near_miss order by all")
        world.sql("create table target.world_info (name varchar, value varchar)")
        world.con.executemany("insert into target.world_info values (?, ?)", [[k, str(v)] for k, v in info.items()])
    finally:
        world.sql("detach target")
    new.replace(file)


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
    """The state in the form that is remembered."""
    return {"seed": seed, "scale": scale, "as_of": as_of.isoformat(), "exchange": exchange}

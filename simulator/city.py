"""Build a city that fits no session: block by block, each projected straight into the target."""

import datetime as dt
import resource
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from common import paths
from simulator import build, contract, params, project, writers
from simulator.part import Block
from simulator.parts import parts
from simulator.scale import Scale
from simulator.world import World

MEMORY = "9GB"  # of the session; Python, Arrow and the target's buffers come on top


class Target:
    """Where the blocks' rows go: a DuckDB file, or a folder of Parquet files, complete only after `finish`."""

    def __init__(self, place: Path, kind: str = "duckdb") -> None:
        self.place = place
        self.kind = kind
        self.new = place.with_name(place.name + ".new")
        place.parent.mkdir(parents=True, exist_ok=True)
        _remove(self.new)
        if kind == "parquet":
            self.new.mkdir()

    def attach(self, world: World) -> None:
        """Make the target reachable from a block's session; the first one makes its empty tables."""
        if self.kind == "parquet":
            return
        fresh = not self.new.exists()
        world.sql(f"attach '{self.new}' as target")
        if fresh:
            for table in contract.tables():
                columns = ", ".join(f'"{column.name}" {column.kind}' for column in table.columns)
                world.sql(f"create schema if not exists target.{table.system}")
                world.sql(f'create table target.{table.system}."{table.name}" ({columns})')

    def add(self, world: World, block: Block, table: contract.Table, query: str) -> int:
        """Append the rows of a block; how many."""
        if self.kind == "parquet":
            folder = self.new / table.system / table.name
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"{block.kind}_{block.number:03d}.parquet"
            return int(world.value(f"copy ({query}) to '{file}' (format parquet, compression zstd)"))
        return int(world.value(f'insert into target.{table.system}."{table.name}" {query}'))

    def detach(self, world: World) -> None:
        """Let the session go; what it wrote is in the target."""
        if self.kind != "parquet":
            world.sql("checkpoint target")
            world.sql("detach target")

    def finish(self) -> None:
        """Put the whole target in the place of the one before."""
        _remove(self.place)
        self.new.rename(self.place)


def _remove(place: Path) -> None:
    if place.is_dir():
        for file in sorted(place.rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
        place.rmdir()
    for file in (place, place.with_name(place.name + ".wal")):
        file.unlink(missing_ok=True)


def block_world(seed: int, scale: Scale, block: Block) -> World:
    """An empty world for one block, memory bounded, spilling beside the target."""
    world = World(seed, scale, parts=parts())  # all of them: one part may use another's macros
    spill = paths.exchange_dir() / "spill"
    world.sql(f"set memory_limit = '{MEMORY}'; set temp_directory = '{spill}'")
    return world


def make_block(
    seed: int, scale: Scale, block: Block, as_of: dt.date, target: Target, say: build.Progress = lambda _: None
) -> tuple[World, Counter[str]]:
    """One block from nothing to the target: its world, to be closed, and the rows by table."""
    world = block_world(seed, scale, block)
    build.fill(world, block, max(as_of, params.load().anchor), say)
    target.attach(world)
    rows: Counter[str] = Counter()
    for table, query in project.project_block(world, as_of, block.kind):
        rows[f"{table.system}.{table.name}"] = target.add(world, block, table, query)
    target.detach(world)
    say(f"{rows.total():,} rows written")
    return world, rows


def build_city(seed: int, scale: Scale, as_of: dt.date, exchange: str = "duckdb") -> Counter[str]:
    """All blocks, with a progress bar; the exchange and the truth take their places when all is there."""
    target = Target(paths.exchange_dir() / "parquet" if exchange == "parquet" else paths.exchange_file(), exchange)
    truth = writers.Truth(paths.truth_file())
    counts: Counter[str] = Counter()
    blocks = scale.blocks()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("blocks", total=len(blocks))
        for block in blocks:
            bar.update(task, description=f"{block.kind} {block.first}–{block.last}, {counts.total() / 1e6:,.1f} M rows")
            started = time.monotonic()
            world, rows = make_block(seed, scale, block, as_of, target)
            truth.add(world)
            world.con.close()
            counts += rows
            bar.console.print(f"{block.kind} {block.number}: {rows.total():,} rows in {time.monotonic() - started:.1f} s, "
                              f"peak {peak_memory():.1f} GiB")  # fmt: skip
            bar.advance(task)
    truth.finish({**writers.state(seed, scale.name, as_of, exchange), **build.facts(scale)})
    target.finish()
    return counts


def build_one(seed: int, scale: Scale, block: Block, as_of: dt.date, say: build.Progress) -> Counter[str]:
    """One block alone, into a file of its own beside the exchange: to look at, and to measure."""
    target = Target(paths.exchange_dir() / "block.duckdb")
    world, rows = make_block(seed, scale, block, as_of, target, say)
    say(f"{world.value('select count(*) from world.truth')} anomalies planted; peak {peak_memory():.2f} GiB")
    world.con.close()
    target.finish()
    return rows


def rows_of(counts: Counter[str]) -> str:
    """Rows by table, as lines."""
    return "\n".join(f"  {name:<32} {number:>13,}" for name, number in sorted(counts.items()))


def peak_memory() -> float:
    """The process's highest resident memory so far, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2

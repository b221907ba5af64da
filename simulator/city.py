"""Build a city that fits no session: block by block, each projected straight into the target."""

import datetime as dt
import multiprocessing
import os
import resource
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from common import paths
from simulator import build, contract, params, project, writers
from simulator.part import Block
from simulator.parts import parts
from simulator.scale import Scale
from simulator.world import World

MEMORY_GB = 9.0  # of all sessions together; Python, Arrow and the target's buffers come on top
LANES = 2  # blocks under way at once: one is written while the next is thought out


class Target:
    """Where the blocks' rows go: a DuckDB file, or a folder of Parquet files, complete only after `finish`."""

    def __init__(self, place: Path, kind: str = "duckdb") -> None:
        self.place = place
        self.kind = kind
        self.new = place.with_name(place.name + ".new")

    def begin(self) -> None:
        """Make room: nothing is left of an attempt before."""
        self.place.parent.mkdir(parents=True, exist_ok=True)
        _remove(self.new)
        if self.kind == "parquet":
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


def block_world(seed: int, scale: Scale, block: Block, memory_gb: float = MEMORY_GB) -> World:
    """An empty world for one block, memory bounded, spilling beside the target."""
    world = World(seed, scale, parts=parts())  # all of them: one part may use another's macros
    spill = paths.exchange_dir() / f"spill_{os.getpid()}"
    world.sql(f"set memory_limit = '{memory_gb:g}GB'; set temp_directory = '{spill}'")
    return world


def write_block(world: World, block: Block, as_of: dt.date, target: Target) -> Counter[str]:
    """A filled world's rows into the target; how many by table."""
    target.attach(world)
    rows: Counter[str] = Counter()
    for table, query in project.project_block(world, as_of, block.kind):
        rows[f"{table.system}.{table.name}"] = target.add(world, block, table, query)
    target.detach(world)
    return rows


@dataclass(frozen=True)
class Made:
    """What a block gave."""

    rows: Counter[str]
    seconds: float  # from nothing to the target, waiting for its turn included
    process: int
    peak_gib: float  # of the process that made it, so far


class Turns:
    """Blocks are written in their order, whoever has thought them out, so that rows of neighbours lie together. Shared between processes."""

    def __init__(self, context: Any) -> None:
        self.changed = context.Condition()
        self.next = context.Value("i", 0)

    @contextmanager
    def of(self, place: int) -> Iterator[None]:
        """Wait for a place's turn; the one after it may begin when this one is done."""
        with self.changed:
            self.changed.wait_for(lambda: self.next.value >= place)
        yield
        with self.changed:
            self.next.value = place + 1
            self.changed.notify_all()


_SHARED: dict[str, Turns] = {}  # what a worker process is given once


def _begin_lane(turns: Turns) -> None:
    _SHARED["turns"] = turns


def _make(
    seed: int, scale: Scale, place: int, block: Block, as_of: dt.date, target: Target, truth: writers.Truth
) -> Made:
    """One block from nothing to the target, in a process of its own."""
    started = time.monotonic()
    world = block_world(seed, scale, block, MEMORY_GB / LANES)
    build.fill(world, block, max(as_of, params.load().anchor), lambda _: None)
    with _SHARED["turns"].of(place):
        rows = write_block(world, block, as_of, target)
        truth.add(world)
    world.con.close()
    return Made(rows, time.monotonic() - started, os.getpid(), peak_memory())


def build_city(seed: int, scale: Scale, as_of: dt.date, exchange: str = "duckdb") -> tuple[Counter[str], float]:
    """All blocks, with a progress bar; the exchange and the truth take their places when all is there.

    Returns the rows by table, and the sum of the processes' highest memory in GiB: no more was ever used.
    """
    target = Target(paths.exchange_dir() / "parquet" if exchange == "parquet" else paths.exchange_file(), exchange)
    target.begin()
    truth = writers.Truth(paths.truth_file())
    truth.begin()
    counts: Counter[str] = Counter()
    peaks: dict[int, float] = {}
    blocks = scale.blocks()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    context = multiprocessing.get_context("spawn")
    with (
        Progress(*columns, console=Console(stderr=True)) as bar,
        ProcessPoolExecutor(LANES, context, _begin_lane, (Turns(context),)) as lanes,
    ):
        task = bar.add_task("blocks", total=len(blocks))
        waiting = [
            lanes.submit(_make, seed, scale, place, block, as_of, target, truth) for place, block in enumerate(blocks)
        ]
        try:
            for block, future in zip(blocks, waiting, strict=True):
                bar.update(
                    task, description=f"{block.kind} {block.first}–{block.last}, {counts.total() / 1e6:,.1f} M rows"
                )
                made = future.result()
                counts += made.rows
                peaks[made.process] = made.peak_gib
                bar.console.print(f"{block.kind} {block.number}: {made.rows.total():,} rows in {made.seconds:.1f} s, "
                                  f"peak {made.peak_gib:.1f} GiB")  # fmt: skip
                bar.advance(task)
        except BaseException:
            # Those that wait for the turn of the one that failed would wait for ever.
            for process in list(lanes._processes.values()):
                process.terminate()
            lanes.shutdown(wait=False, cancel_futures=True)
            raise
    truth.finish({**writers.state(seed, scale.name, as_of, exchange), **build.facts(scale)})
    target.finish()
    return counts, sum(peaks.values())


def build_one(seed: int, scale: Scale, block: Block, as_of: dt.date, say: build.Progress) -> Counter[str]:
    """One block alone, into a file of its own beside the exchange: to look at, and to measure."""
    target = Target(paths.exchange_dir() / "block.duckdb")
    target.begin()
    world = block_world(seed, scale, block)
    build.fill(world, block, max(as_of, params.load().anchor), say)
    rows = write_block(world, block, as_of, target)
    say(f"{rows.total():,} rows written")
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

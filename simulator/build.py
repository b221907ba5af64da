"""Build the random world of a seed and scale, with its story, and write it out at a business date."""

import dataclasses
import datetime as dt
import time
from collections.abc import Callable
from typing import Any

from common import paths
from common.calendar import add_workdays
from simulator import params, population, project, story, writers
from simulator.part import Block, Tell
from simulator.parts import parts
from simulator.scale import Scale, scale_of
from simulator.world import World

Progress = Callable[[str], None]

# the engine's optimizers whose own time comes back only with many rows
FOR_MANY_ROWS = (
    "common_subexpressions", "common_subplan", "compressed_materialization", "column_lifetime", "join_elimination",
    "late_materialization", "row_group_pruner", "top_n_window_elimination", "window_self_join",
)  # fmt: skip


def make_world(seed: int, scale: str, as_of: dt.date, progress: Progress = lambda _: None) -> World:
    """The world of a seed and scale as far as its plans are needed at `as_of`; what is planted is in it."""
    world = World(seed, scale_of(scale), parts=parts())
    horizon = max(as_of, world.params.anchor)
    for block in world.scale.blocks():
        fill(world, block, horizon, progress)
    progress(f"{world.value('select count(*) from world.truth')} anomalies and "
             f"{world.value('select count(*) from world.near_miss')} near-misses planted")  # fmt: skip
    return world


def fill(world: World, block: Block, horizon: dt.date, progress: Progress = lambda _: None) -> None:
    """One block's entities, plans and stories: the employers' own first, then the parts of its kind in their order."""
    if block.kind == "employer":
        population.populate(world, block)
        world.last_employer_no = world.scale.employers + 1
        progress(f"{block.size} employers, {world.value('select count(*) from world.registration')} registrations")
        population.bill_months(world, horizon)
        progress(f"{world.value('select count(*) from world.bill')} bills, "
                 f"{world.value('select count(*) from world.bill_person')} detail lines planned")  # fmt: skip
        if block.told:
            _tell(world, block, story.tell)
    for part in world.parts:
        if part.kind == block.kind:
            part.populate(world, block, horizon)
            if part.tell and block.told:
                _tell(world, block, part.tell)
            progress(f"{part.name} populated")
    # what chance made a finding after all is no near-miss
    world.sql(
        f"""delete from world.near_miss where (rule_id, subject_key) in (
            select rule_id, subject_key from world.truth where visible_to is null or visible_to > date '{world.params.anchor}')"""
    )


def _tell(world: World, block: Block, tell: Tell) -> None:
    """A story is thousands of small statements, which take longer to plan than to run: a second thread only costs."""
    world.sql(f"set threads = 1; set disabled_optimizers = '{','.join(FOR_MANY_ROWS)}'")
    tell(world, block)
    world.sql(f"set threads = {world.threads}; reset disabled_optimizers")


def facts(scale: Scale) -> dict[str, Any]:
    """What the truth file says about how the world was made."""
    return {**dataclasses.asdict(scale), "parameters": params.FILE.name, "assumed": "假设值"}


def build(
    seed: int,
    scale: str,
    as_of: dt.date,
    exchange: str = "duckdb",
    progress: Progress = lambda _: None,
    *,
    keep_world: bool = False,
) -> dict[str, Any]:
    """Make the world, project it to `as_of`, and write exchange, truth and state; with `keep_world` the world itself beside them."""
    started = time.monotonic()
    size = scale_of(scale)
    if exchange == "parquet" or not size.is_whole:
        from simulator import city

        if keep_world:
            raise ValueError(f"scale {scale} is made in blocks, of which none is kept")
        if exchange not in ("duckdb", "parquet"):
            raise ValueError(f"scale {scale} is written to duckdb or parquet, not to {exchange}")
        rows, memory = city.build_city(seed, size, as_of, exchange)
        progress(f"{rows.total():,} rows:\n{city.rows_of(rows)}\npeak memory {memory:.1f} GiB at most")
    else:
        world = make_world(seed, scale, as_of, progress)
        if keep_world:
            writers.write_world(world, paths.truth_file().with_name("event_log.duckdb"))
        project.project(world, as_of)
        progress(f"exchange as known at the end of {as_of}")
        _write(world, exchange, progress)
        writers.write_truth(world, paths.truth_file(), {**writers.state(seed, scale, as_of, exchange), **facts(size)})
    state = writers.state(seed, scale, as_of, exchange)
    writers.write_state(state)
    progress(f"done in {time.monotonic() - started:.1f} s")
    return state


def _write(world: World, exchange: str, progress: Progress) -> None:
    if exchange == "postgres":
        from simulator import postgres

        progress(f"PostgreSQL exchange written: {postgres.write(world)}")
    elif exchange == "mariadb":
        from simulator import mariadb

        progress(f"MariaDB exchange written: {mariadb.write(world)}")
    else:
        writers.write_exchange(world, paths.exchange_file())
        progress(f"exchange written: {paths.exchange_file()}")


def advance(days: int, progress: Progress = lambda _: None) -> dict[str, Any]:
    """Live on so many working days: the same world, known later."""
    state = writers.read_state()
    as_of = add_workdays(dt.date.fromisoformat(state["as_of"]), days)
    return build(int(state["seed"]), str(state["scale"]), as_of, str(state["exchange"]), progress)


def next_day(progress: Progress = lambda _: None) -> dict[str, Any]:
    """Live on to the next working day."""
    return advance(1, progress)

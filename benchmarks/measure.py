"""Time pieces of SQL on a warehouse that is only read: results go to temporary tables."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.compiled import Model
from engines import duckdb_functions


@dataclass(frozen=True)
class Work:
    """Something to measure: SELECT statements, each stored once."""

    name: str
    selects: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """CPU seconds of all threads, the fastest run."""

    name: str
    seconds: float


def copy_of_inputs(models: Sequence[Model]) -> Work:
    """Read every table that any of these models reads, and write it once: the least that touching all inputs costs."""
    tables = sorted({table for model in models for table in model.inputs})
    return Work(f"scan and copy of all {len(tables)} inputs", tuple(f"select * from {table}" for table in tables))


def one_group(name: str, models: Sequence[Model]) -> Work:
    """All models of a group, one after the other."""
    return Work(f"{name} ({len(models)} models)", tuple(model.sql for model in models))


def cpu_seconds() -> float:
    """CPU time of this process, all threads."""
    times = os.times()
    return times.user + times.system


def run(warehouse: Path, works: Sequence[Work], repeat: int) -> list[Result]:
    """Each work `repeat` times, interleaved, so that a busy machine disturbs all alike."""
    best: dict[str, float] = {}
    with duckdb.connect(str(warehouse), read_only=True, config={"threads": 2}) as con:
        duckdb_functions.register(con)
        for _ in range(repeat):
            for work in works:
                begin = cpu_seconds()
                for sql in work.selects:
                    con.execute(f"create or replace temp table measured as {sql}")
                best[work.name] = min(best.get(work.name, float("inf")), cpu_seconds() - begin)
                time.sleep(0)
    return [Result(work.name, max(best[work.name], 0.001)) for work in works]

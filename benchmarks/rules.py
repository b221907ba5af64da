"""All rules on the exchange tables as they are: what a build costs, and what the tables that rules share save of it.

Everything is built in a scratch file beside the warehouse, which is only read. The base is one plain copy of every
exchange table that the rules read: each is scanned and written once, and dropped again. Then the same rules are built
twice: with the intermediate models as tables, each computed once, and with the intermediate models as views, so that
every rule computes what it needs for itself.
"""

import os
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import duckdb

from benchmarks.compiled import Model, Project
from benchmarks.measure import cpu_seconds
from engines import duckdb_functions

SCRATCH = "scratch"


@dataclass(frozen=True)
class Cost:
    """Seconds of CPU (all threads) and of the clock."""

    cpu: float
    wall: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.cpu + other.cpu, self.wall + other.wall)


NOTHING = Cost(0.0, 0.0)


@dataclass
class Report:
    """What was measured."""

    rules: int
    intermediates: int
    tables: int
    rows: int
    copy: Cost
    shared: Cost
    over_tables: Cost
    over_views: Cost | None
    peak_bytes: int
    slowest: list[tuple[str, Cost]] = field(default_factory=list)

    @property
    def build(self) -> Cost:
        """The intermediate tables once, and all rules over them."""
        return self.shared + self.over_tables

    @property
    def saved(self) -> float | None:
        """The share of the work without shared tables that sharing saves."""
        return None if self.over_views is None else 1 - self.build.cpu / max(self.over_views.cpu, 0.001)


class _Bench:
    """A scratch file with the warehouse attached; its name is the one that the compiled SQL uses."""

    def __init__(self, warehouse: Path, folder: Path) -> None:
        self.file = folder / f"{SCRATCH}.duckdb"
        self.file.unlink(missing_ok=True)
        self.con = duckdb.connect(str(self.file), config={"threads": 2})
        self.con.execute(f"set memory_limit = '{os.environ.get('SHEBAO_MEMORY', '3GB')}'")
        self.con.execute("set preserve_insertion_order = false")
        duckdb_functions.register(self.con)
        self.source = warehouse.stem
        path = str(warehouse).replace("'", "''")
        self.con.execute(f"attach '{path}' as \"{self.source}\" (read_only)")

    def __enter__(self) -> "_Bench":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.con.close()

    def timed(self, sql: str) -> Cost:
        begin, started = cpu_seconds(), time.perf_counter()
        self.con.execute(sql)
        return Cost(cpu_seconds() - begin, time.perf_counter() - started)

    def here(self, relation: str) -> str:
        return f'"{SCRATCH}".{relation}'

    def moved(self, sql: str, models: Sequence[Model]) -> str:
        """SQL that reads these models from the scratch file instead of the warehouse."""
        for model in models:
            sql = sql.replace(f'"{self.source}".{model.relation}', self.here(model.relation))
        return sql

    def schemas(self, models: Sequence[Model]) -> None:
        for schema in {model.relation.split(".")[0] for model in models}:
            self.con.execute(f'create schema if not exists "{SCRATCH}".{schema}')

    def copy(self, tables: Sequence[str]) -> tuple[Cost, int]:
        """One plain copy of each table."""
        total, rows = NOTHING, 0
        for table in tables:
            total += self.timed(f'create table "{SCRATCH}".main.copied as select * from "{self.source}".{table}')
            found = self.con.execute(f'select count(*) from "{SCRATCH}".main.copied').fetchone()
            rows += int(found[0]) if found else 0
            self.con.execute(f'drop table "{SCRATCH}".main.copied')
        return total, rows

    def views(self, models: Sequence[Model], known: Sequence[Model]) -> None:
        for model in models:
            self.con.execute(f"create or replace view {self.here(model.relation)} as {self.moved(model.sql, known)}")

    def tables(self, models: Sequence[Model], known: Sequence[Model], *, keep: bool) -> dict[str, Cost]:
        costs = {}
        for model in models:
            relation = self.here(model.relation)
            try:
                costs[model.name] = self.timed(f"create or replace table {relation} as {self.moved(model.sql, known)}")
            except duckdb.OutOfMemoryException as error:
                raise MemoryError(f"{model.name} needs more memory than SHEBAO_MEMORY allows: {error}") from None
            if not keep:
                self.con.execute(f"drop table {relation}")
        return costs


def run(warehouse: Path, project: Project, folder: Path, *, inline: bool = True) -> Report:
    """Measure; with inline=False the dear half, the rules over views, is left out."""
    rules = sorted((one for one in project.models.values() if one.is_rule), key=lambda one: one.name)
    above = project.above(rules)
    staging = [one for one in above if one.layer == "staging"]
    shared = [one for one in above if one.layer != "staging"]
    known = [*above, *rules]
    with _Bench(warehouse, folder) as bench:
        bench.schemas(known)
        tables = project.tables_of(staging)
        copied, rows = bench.copy(tables)
        bench.views(staging, known)
        built = bench.tables(shared, known, keep=True)
        found = bench.tables(rules, known, keep=False)
        over_views = None
        if inline:
            for model in shared:
                bench.con.execute(f"drop table {bench.here(model.relation)}")
            bench.views(shared, known)
            over_views = sum(bench.tables(rules, known, keep=False).values(), NOTHING)
    slowest = sorted({**built, **found}.items(), key=lambda pair: -pair[1].cpu)
    return Report(
        rules=len(rules),
        intermediates=len(shared),
        tables=len(tables),
        rows=rows,
        copy=copied,
        shared=sum(built.values(), NOTHING),
        over_tables=sum(found.values(), NOTHING),
        over_views=over_views,
        peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        slowest=slowest,
    )


def show(report: Report, *, top: int = 10) -> None:
    """Print the ratios."""
    base = max(report.copy.cpu, 0.001)
    lines = [
        (f"scan and copy of {report.tables} exchange tables, {report.rows:,} rows", report.copy),
        (f"{report.intermediates} intermediate models as tables", report.shared),
        (f"{report.rules} rules over them", report.over_tables),
        ("one build of all rules", report.build),
    ]
    if report.over_views is not None:
        lines.append((f"{report.rules} rules with the intermediates as views", report.over_views))
    print(f"{'work':<60}{'CPU s':>10}{'clock s':>10}{'copies of the inputs':>23}")
    for name, cost in lines:
        print(f"{name:<60}{cost.cpu:>10.2f}{cost.wall:>10.2f}{cost.cpu / base:>22.2f}x")
    if report.saved is not None:
        print(f"shared intermediate tables save {report.saved:.1%} of the work without them")
    print(f"peak memory of this process {report.peak_bytes / 2**30:.2f} GiB")
    print("\ndearest models" + " " * 46 + f"{'CPU s':>10}{'clock s':>10}")
    for name, cost in report.slowest[:top]:
        print(f"{name:<60}{cost.cpu:>10.2f}{cost.wall:>10.2f}")

"""Rules, reconciliation and metrics on the exchange tables as they are: what a build costs, and what shared tables save.

Everything is built in a scratch file beside the warehouse, which is only read. The base is one plain copy of every
exchange table that is read: each is scanned and written once, and dropped again. Then each model is built once, over the
tables built before it. A group's ratio is what its models and all that they stand on cost, over the copies of the tables
that they read. To see what shared tables save, the rules are built once more with the intermediate models as views, so
that every rule computes what it needs for itself.
"""

import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import duckdb

from benchmarks.compiled import Model, Project
from benchmarks.measure import cpu_seconds
from engines import duckdb_functions
from orchestration.lib.warehouse import memory_limit

SCRATCH = "scratch"
# What the comparison with pandas reads afterwards.
KEPT = ("int_bill_item",)
# Chapters of the users' text that speak of natural persons (A9.9 and B3 do not).
PERSONS = ("A10.", "B1.", "B4.", "B8.", "B9.", "B11.", "P1.3.")


@dataclass(frozen=True)
class Cost:
    """Seconds of CPU (all threads) and of the clock."""

    cpu: float
    wall: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.cpu + other.cpu, self.wall + other.wall)


NOTHING = Cost(0.0, 0.0)


@dataclass(frozen=True)
class Group:
    """Models that belong together."""

    name: str
    models: tuple[Model, ...]


@dataclass(frozen=True)
class Measured:
    """A group: its own models, what they stand on, and one plain copy of the tables that all of them read."""

    name: str
    models: int
    own: Cost
    beneath: Cost
    tables: int
    copy: Cost

    @property
    def ratio(self) -> float:
        """CPU of the whole build as a multiple of the copy's."""
        return (self.own + self.beneath).cpu / max(self.copy.cpu, 0.001)


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
    failed: dict[str, str] = field(default_factory=dict)
    groups: list[Measured] = field(default_factory=list)
    slowest: list[tuple[str, Cost]] = field(default_factory=list)

    @property
    def build(self) -> Cost:
        """The intermediate tables once, and all rules over them."""
        return self.shared + self.over_tables

    @property
    def saved(self) -> float | None:
        """The share of the work without shared tables that sharing saves."""
        return None if self.over_views is None else 1 - self.build.cpu / max(self.over_views.cpu, 0.001)


def groups_of(project: Project, *, everything: bool) -> list[Group]:
    """Rules by whom they look at; with `everything` reconciliation and metrics too."""
    models = sorted(project.models.values(), key=lambda one: one.name)
    rules = [one for one in models if one.is_rule]
    found = [
        ("all rules", rules),
        ("rules on employers", [one for one in rules if not one.rule_id.startswith(PERSONS)]),
        ("rules on natural persons", [one for one in rules if one.rule_id.startswith(PERSONS)]),
        ("hourly rules on natural persons", _each_hour(project, [
            one for one in rules if one.rule_id.startswith(PERSONS) and one.cadence == "hourly"
        ])),
    ]  # fmt: skip
    if everything:
        marts = [one for one in models if one.layer == "marts" and not one.is_rule]
        found += [
            ("reconciliation", [one for one in marts if one.folder == "reconciliation"]),
            ("metrics and their cubes", [one for one in marts if one.folder in ("collection", "metric")]),
            ("cubes", [one for one in marts if one.name.startswith("mtr_cube_")]),
        ]
    return [Group(name, tuple(chosen)) for name, chosen in found if chosen]


def _each_hour(project: Project, rules: Sequence[Model]) -> list[Model]:
    """Hourly rules with what the watch builds anew beneath them; the rest of what they stand on is the day's."""
    return [one for one in project.with_all_above(rules) if one in rules or one.is_watched]


class _Bench:
    """A scratch file with the warehouse attached; its name is the one that the compiled SQL uses."""

    def __init__(self, warehouse: Path, folder: Path) -> None:
        self.file = folder / f"{SCRATCH}.duckdb"
        self.file.unlink(missing_ok=True)
        self.failed: dict[str, str] = {}
        self.con = duckdb.connect(str(self.file), config={"threads": 2})
        self.con.execute(f"set memory_limit = '{memory_limit()}'")
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

    def copy(self, tables: Sequence[str]) -> tuple[dict[str, Cost], int]:
        """One plain copy of each table, and the rows of all."""
        costs, rows = {}, 0
        for table in tables:
            costs[table] = self.timed(f'create table "{SCRATCH}".main.copied as select * from "{self.source}".{table}')
            found = self.con.execute(f'select count(*) from "{SCRATCH}".main.copied').fetchone()
            rows += int(found[0]) if found else 0
            self.con.execute(f'drop table "{SCRATCH}".main.copied')
        return costs, rows

    def views(self, models: Sequence[Model], known: Sequence[Model]) -> None:
        for model in models:
            self.con.execute(f"create or replace view {self.here(model.relation)} as {self.moved(model.sql, known)}")

    def tables(
        self, models: Sequence[Model], known: Sequence[Model], *, keep: bool = True, aloud: bool = False
    ) -> dict[str, Cost]:
        """Build; rules that nobody reads are dropped again, and with keep=False intermediates after their last reader.

        A model that does not fit into the memory is named in `failed`, with those that stand on it; the others go on.
        """
        costs: dict[str, Cost] = {}
        by_id = {one.unique_id: one for one in models}
        read = {one.unique_id: _tables_beneath(one, by_id) for one in models}
        unread = Counter(parent for beneath in read.values() for parent in beneath)
        for model in models:
            relation = self.here(model.relation)
            missing = [by_id[parent].name for parent in model.parents if parent in by_id and parent not in costs]
            if missing:
                self.failed[model.name] = f"stands on {', '.join(missing)}"
                continue
            kind = "view" if model.is_view else "table"
            try:
                cost = self.timed(f"create or replace {kind} {relation} as {self.moved(model.sql, known)}")
            except duckdb.OutOfMemoryException as error:
                self.failed[model.name] = f"needs more memory than SHEBAO_MEMORY allows: {str(error).splitlines()[0]}"
                continue
            costs[model.unique_id] = cost
            if aloud and cost.wall > 5:
                print(f"  {model.name}: {cost.cpu:.1f} s CPU, {cost.wall:.1f} s", file=sys.stderr, flush=True)
            unread.subtract(read[model.unique_id])
            for one in (model, *(by_id[parent] for parent in read[model.unique_id])):
                done = unread[one.unique_id] <= 0 and one.name not in KEPT and not one.is_view
                if done and (one.is_rule or (not keep and one.layer == "intermediate")):
                    self.con.execute(f"drop table if exists {self.here(one.relation)}")
        return costs


def run(warehouse: Path, project: Project, folder: Path, groups: Sequence[Group], *, inline: bool = True) -> Report:
    """Measure; with inline=False the dear half, the rules over views, is left out."""
    known = project.with_all_above(model for group in groups for model in group.models)
    rules = [one for one in known if one.is_rule]
    staging = [one for one in known if one.layer == "staging"]
    shared = [one for one in project.with_all_above(rules) if one.layer != "staging" and not one.is_rule]
    with _Bench(warehouse, folder) as bench:
        bench.schemas(known)
        copies, rows = bench.copy(project.tables_of(known))
        bench.views(staging, known)
        built = bench.tables([one for one in known if one.layer != "staging"], known, keep=inline, aloud=True)
        over_views = None
        if inline:
            for model in known:
                if model.unique_id in built and not model.is_rule:
                    bench.con.execute(f"drop {'view' if model.is_view else 'table'} {bench.here(model.relation)}")
            bench.views(shared, known)
            over_views = _sum(bench.tables(rules, known).values())
        failed = dict(bench.failed)
    return Report(
        rules=len(rules),
        intermediates=len(shared),
        tables=len(project.tables_of(project.with_all_above(rules))),
        rows=rows,
        copy=_sum(copies[table] for table in project.tables_of(project.with_all_above(rules))),
        shared=_sum(built.get(one.unique_id, NOTHING) for one in shared),
        over_tables=_sum(built.get(one.unique_id, NOTHING) for one in rules),
        over_views=over_views,
        failed=failed,
        peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        groups=[_measured(project, group, built, copies) for group in groups],
        slowest=sorted(
            ((project.models[unique_id].name, cost) for unique_id, cost in built.items()), key=lambda pair: -pair[1].cpu
        ),
    )


def _tables_beneath(model: Model, by_id: Mapping[str, Model]) -> set[str]:
    """The built tables that a model reads, through views too. They have to be there when a view is made, and again when it is read."""
    found: set[str] = set()
    waiting = [parent for parent in model.parents if parent in by_id]
    while waiting:
        parent = by_id[waiting.pop()]
        if parent.is_view:
            waiting += [one for one in parent.parents if one in by_id]
        else:
            found.add(parent.unique_id)
    return found


def _sum(costs: Iterable[Cost]) -> Cost:
    return sum(costs, NOTHING)


def _measured(project: Project, group: Group, built: Mapping[str, Cost], copies: Mapping[str, Cost]) -> Measured:
    mine = {one.unique_id for one in group.models}
    everything = project.with_all_above(group.models)
    tables = project.tables_of(everything)
    return Measured(
        name=group.name,
        models=len(mine),
        own=_sum(built.get(unique_id, NOTHING) for unique_id in mine),
        beneath=_sum(
            built[one.unique_id] for one in everything if one.unique_id in built and one.unique_id not in mine
        ),
        tables=len(tables),
        copy=_sum(copies[table] for table in tables),
    )


def show(report: Report, *, top: int = 15) -> None:
    """Print the ratios."""
    print(f"{report.rows:,} rows of exchange tables and seeds; CPU seconds")
    head = f"{'copy':>9}{'beneath':>10}{'own':>9}{'clock':>9}{'copies of the inputs':>22}"
    print(f"{'group':<52}{head}")
    for one in report.groups:
        total = one.own + one.beneath
        name = f"{one.name}: {one.models} models, {one.tables} tables"
        print(
            f"{name:<52}{one.copy.cpu:>9.1f}{one.beneath.cpu:>10.1f}{one.own.cpu:>9.1f}{total.wall:>9.1f}{one.ratio:>21.2f}x"
        )
    if report.over_views is not None:
        print(f"{report.rules} rules with the intermediates as views: {report.over_views.cpu:.1f} s CPU")
    if report.saved is not None:
        print(f"shared intermediate tables save {report.saved:.1%} of the work without them")
    print(f"peak memory of this process {report.peak_bytes / 2**30:.2f} GiB")
    for name, why in report.failed.items():
        print(f"NOT BUILT, so in none of the figures: {name} {why}")
    print("\ndearest models" + " " * 46 + f"{'CPU s':>10}{'clock s':>10}")
    for name, cost in report.slowest[:top]:
        print(f"{name:<60}{cost.cpu:>10.2f}{cost.wall:>10.2f}")

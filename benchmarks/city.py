"""Cost of the sync of the whole simulated exchange, whatever its size: first load and a day's delta beside plain copies.

`SHEBAO_VAR=<folder> python -m benchmarks city` syncs the exchange of that folder into its warehouse, and copies the same
tables: those of the embedded exchange with CREATE TABLE AS SELECT, system by system into an empty file that goes away, those
of a PostgreSQL server with COPY … TO STDOUT (FORMAT binary), thrown away. `--delta` then lets 0.3 % of the embedded exchange's
rows change, syncs once more, and sets them back. Both sides have the same threads and memory.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.sync import DELTA, Cost, Line, show, timed
from common import paths
from orchestration.lib import contract, fast, runtime, sync, warehouse
from orchestration.lib.contract import Table
from orchestration.lib.sources.base import literal, quoted

SLOWEST = 12


class CityError(RuntimeError):
    """There is nothing to measure, or what was measured did not hold."""


@dataclass(frozen=True)
class Copied:
    """What copying one table plainly cost."""

    table: Table
    cost: Cost
    rows: int


def command(*, delta: bool, undo: bool) -> int:
    """The exit code."""
    try:
        if undo:
            restore(paths.exchange_file(), _undo_file())
        else:
            run(delta=delta)
    except CityError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _undo_file() -> Path:
    return paths.var_dir() / "delta-undo.duckdb"


def run(*, delta: bool) -> None:
    """Measure and print; the plain copies are made once."""
    kind = runtime.resolve_exchange()
    if kind not in ("duckdb", "postgres") or (delta and kind != "duckdb"):
        raise CityError(f"the {'delta' if delta else 'sync'} of an exchange of the kind {kind} is not measured here")
    exchange = paths.exchange_file()
    if kind == "duckdb" and not exchange.exists():
        raise CityError(f"no exchange at {exchange}: run `python -m simulator build --scale city` first")
    tables = contract.from_yaml(fast.paths_staging())
    first_load = not paths.warehouse_file().exists()
    if not (first_load or delta):
        raise CityError(f"{paths.warehouse_file()} is there: a first load needs an empty folder")
    _warm_up()
    if first_load:
        first, results = _synced(tables, kind)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
        print(f"first sync done: {first.wall:.0f} s, {first.cpu:.0f} CPU s, peak memory {peak:.1f} GiB", flush=True)
    copies = _copied(exchange, tables) if kind == "duckdb" else copied_from_server(_address(), tables)
    if first_load:
        _report("first load / copy of the tables", first, copies, results)
    if delta:
        _delta(exchange, tables, copies)


def _warm_up() -> None:
    """Imports are no cost of the sync."""
    runtime.resolve_as_of()
    with duckdb.connect() as con:
        con.execute("select 1 where ? = 1", [1]).fetchall()


def _synced(tables: Sequence[Table], kind: str = "duckdb") -> tuple[Cost, list[sync.SyncResult]]:
    """One sync of everything, as the command does it."""
    results: list[sync.SyncResult] = []
    cost = timed(
        lambda: results.extend(fast.sync_all(tuple(tables), runtime.new_context(exchange=kind))),
        server=kind == "postgres",
    )
    bad = [r for r in results if r.status != "ok" or not r.parity.equal]
    if bad:
        raise CityError("the sync did not hold: " + "; ".join(f"{r.table.id} {r.status} {r.detail}" for r in bad[:5]))
    return cost, results


def _source(table: Table) -> str:
    """The table as the exchange calls it."""
    return f"{quoted(table.exchange_schema)}.{quoted(table.name)}"


def _copied(exchange: Path, tables: Sequence[Table]) -> list[Copied]:
    """Copy the tables plainly, each system's into a file of its own, which is closed (and so written out) and removed."""
    found = []
    for system in sorted({table.source for table in tables}):
        file = paths.var_dir() / "plain-copy.duckdb"
        file.unlink(missing_ok=True)
        mine = [table for table in tables if table.source == system]
        costs: dict[str, Cost] = {}
        counts: dict[str, int] = {}

        def copy(file: Path = file, mine: Sequence[Table] = mine, costs: Any = costs, counts: Any = counts) -> None:
            with warehouse.connect(file) as con:
                con.execute(f"attach {literal(str(exchange))} as e (read_only)")
                for table in mine:

                    def one(table: Table = table) -> None:
                        row = con.execute(
                            f"create table {quoted(table.name)} as select * from e.{_source(table)}"
                        ).fetchone()
                        counts[table.id] = int(row[0]) if row else 0

                    costs[table.id] = timed(one)

        whole = timed(copy)
        file.unlink()
        # Writing out at the end belongs to all of them, by their time.
        total = Cost(sum(c.wall for c in costs.values()), sum(c.cpu for c in costs.values()))
        for table in mine:
            own = costs[table.id]
            share = own.wall / max(total.wall, 1e-9)
            cost = Cost(own.wall + (whole.wall - total.wall) * share, own.cpu + (whole.cpu - total.cpu) * share)
            found.append(Copied(table, cost, counts[table.id]))
    return found


def _address() -> str:
    """Where the simulator's server listens."""
    return paths.postgres_uri_file().read_text(encoding="utf-8").strip()


def copied_from_server(address: str, tables: Sequence[Table]) -> list[Copied]:
    """Let the server send every table once, over one connection, and throw it away."""
    import psycopg

    found = []
    with psycopg.connect(address, autocommit=True) as link:
        for table in tables:
            place = f"{quoted(table.exchange_schema.lower())}.{quoted(table.name.lower())}"
            row = link.execute(f"select count(*) from {place}").fetchone()

            def copy(place: str = place) -> None:
                with link.cursor() as cursor, cursor.copy(f"copy {place} to stdout (format binary)") as out:
                    for _ in out:
                        pass

            found.append(Copied(table, timed(copy, server=True), int(row[0]) if row else 0))
    return found


def _report(name: str, cost: Cost, copies: Sequence[Copied], results: Sequence[sync.SyncResult]) -> None:
    plain = Cost(sum(c.cost.wall for c in copies), sum(c.cost.cpu for c in copies))
    rows = sum(c.rows for c in copies)
    show([(f"{len(copies)} tables, {rows:,} rows", [Line(name, cost, plain, 2.0)])])
    print(f"  read {sum(r.rows_read for r in results):,}, written {sum(r.rows_changed for r in results):,} rows")
    print(f"  memory limit {warehouse.memory_limit()}, {os.cpu_count()} processors")
    by_table = {c.table.id: c for c in copies}
    print(f"  {'the slowest tables':<32}{'rows':>12}{'sync s':>9}{'copy s':>9}")
    for result in sorted(results, key=lambda r: -r.seconds)[:SLOWEST]:
        copy = by_table[result.table.id]
        print(f"  {result.table.id:<32}{copy.rows:>12,}{result.seconds:>9.1f}{copy.cost.wall:>9.1f}  {result.mode}")


# a day's delta


def _delta(exchange: Path, tables: Sequence[Table], copies: Sequence[Copied]) -> None:
    """Rows of some days get the newest change time of their table; afterwards they get their own back."""
    undo = _undo_file()
    if undo.exists():
        raise CityError(f"{undo} is there: an earlier run was broken off; set its rows back with `--undo`")
    moving = [t for t in tables if t.cursor and t.column(t.cursor).data_type == "timestamp"]
    nothing, idle = _synced(tables)
    changed = _move(exchange, undo, moving)
    try:
        cost, results = _synced(tables)
    finally:
        restore(exchange, undo)
    print(f"\n{changed:,} rows changed", flush=True)
    _report("nothing new / copy of the tables", nothing, copies, idle)
    _report("delta of 0.3 % / copy of the tables", cost, copies, results)
    healing, _ = _synced(tables)
    show([("set back", [Line("the same rows set back behind the cursor", healing, cost)])])


def _move(exchange: Path, undo: Path, tables: Sequence[Table]) -> int:
    """Of each table the rows of days in the middle of its time, about 0.3 % of it; where they were is kept in `undo`."""
    total = 0
    with duckdb.connect(str(exchange)) as con:
        con.execute("set memory_limit = '3GB'")
        con.execute(f"attach {literal(str(undo))} as undo")
        for table in tables:
            cursor, relation = quoted(str(table.cursor)), _source(table)
            row = con.execute(f"select count(*), max({cursor}) from {relation} where isfinite({cursor})").fetchone()
            assert row is not None
            wanted = int(row[0] * DELTA)
            if wanted < 1:
                continue
            kept = f"undo.{quoted(table.id)}"
            con.execute(
                f"create table {kept} as with days as (select {cursor}::date as day, count(*) as n from {relation} group by 1),"
                " run as (select day, sum(n) over (order by day) - n as before from days),"
                f" chosen as (select day from run where before >= {row[0] // 2} and before < {row[0] // 2 + wanted})"
                f" select rowid as row_no, {cursor} as moment from {relation}"
                f" where {cursor}::date in (from chosen) limit {wanted}"
            )
            done = con.execute(
                f"update {relation} set {cursor} = ? where rowid in (select row_no from {kept})", [row[1]]
            ).fetchone()
            total += int(done[0]) if done else 0
    return total


def restore(exchange: Path, undo: Path) -> None:
    """Give the moved rows their change times back."""
    with duckdb.connect(str(exchange)) as con:
        con.execute("set memory_limit = '3GB'")
        con.execute(f"attach {literal(str(undo))} as undo (read_only)")
        kept = {
            name
            for (name,) in con.execute("select table_name from duckdb_tables() where database_name = 'undo'").fetchall()
        }
        for table in contract.from_yaml(fast.paths_staging()):
            if table.id in kept:
                con.execute(
                    f"update {_source(table)} t set {quoted(str(table.cursor))} = u.moment"
                    f" from undo.{quoted(table.id)} u where u.row_no = t.rowid"
                )
    undo.unlink()

"""Sync many tables: one run at a time, each database in its hours and at its pace, each table for itself."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import duckdb

from orchestration.lib.contract import Table
from orchestration.lib.sources.base import ExchangeError, ReadOtherwiseError, SourceReader
from orchestration.lib.sync import trouble
from orchestration.lib.sync.book import Book
from orchestration.lib.sync.lock import only_one
from orchestration.lib.sync.policy import DEFAULT, Policy
from orchestration.lib.sync.result import SyncError, SyncResult
from orchestration.lib.sync.table import TableSync, clean
from orchestration.lib.warehouse import file_of, transaction

Clock = Callable[[], dt.datetime]


def _utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Pace:
    """Keeps the rows a second of one source below its limit."""

    def __init__(self, rows_per_second: int, sleep: Callable[[float], None] = time.sleep) -> None:
        self.limit = rows_per_second
        self.sleep = sleep
        self.since = time.monotonic()

    def read(self, rows: int) -> None:
        """So many rows were read: wait until that is no longer too fast."""
        if self.limit:
            self.since = max(self.since + rows / self.limit, now := time.monotonic())  # idle time is not made up for
            if self.since > now:
                self.sleep(self.since - now)


class Link:
    """Whether a database is attached now: one that broke off is let go of, and attached anew for the next table."""

    def __init__(self, con: duckdb.DuckDBPyConnection, reader: SourceReader) -> None:
        self.con = con
        self.reader = reader
        self.holds = False

    def hold(self) -> None:
        """Attach it, unless it is."""
        if self.holds:
            return
        try:
            self.reader.attach(self.con)
        except ExchangeError:
            self.lose()
            raise
        self.holds = True

    def lose(self) -> None:
        """Let go of it, whatever state it is in."""
        self.holds = False
        self.reader.detach(self.con)


def sync_table(
    con: duckdb.DuckDBPyConnection,
    reader: SourceReader,
    table: Table,
    book: Book,
    *,
    identity: str,
    policy: Policy = DEFAULT,
    pace: Pace | None = None,
    replay: bool = False,
    link: Link | None = None,
    clock: Clock = _utc,
) -> SyncResult:
    """Sync one table; a failure is an answer, not an exception, and leaves the table as it was.

    A load in pieces whose source's hours end waits for the next ones; the pieces that have come are kept.
    """
    work = TableSync(con, reader, table, book, identity=identity, policy=policy, replay=replay)
    pace = pace or Pace(0)
    result: SyncResult | None = None
    try:
        with transaction(con):
            reader.join(con)
            work.prepare()
            if not work.pieces:
                result = work.finish()
        if result is None:
            with _one_stream(con, reader):
                for number in range(work.first_piece, len(work.pieces)):
                    if not reader.windows.is_open(clock()):
                        return _wait(con, reader, table, book, clock, work, number)
                    with transaction(con):
                        reader.join(con)
                        rows = work.load_piece(number)
                    pace.read(rows)
            if not reader.windows.is_open(clock()):
                return _wait(con, reader, table, book, clock, work, len(work.pieces))
            with transaction(con):
                reader.join(con)
                result = work.finish()
        else:
            pace.read(result.rows_read)
        return result
    except ReadOtherwiseError:
        book.reload()  # what was rolled back is not there
        return sync_table(
            con, reader, table, book, identity=identity, policy=policy, pace=pace, replay=replay, link=link, clock=clock
        )
    except SyncError as error:
        message = str(error)
    except ExchangeError as error:
        message = trouble.of_table(table.id, reader.name, error)
    except duckdb.Error as error:
        # The database's own text may quote a value of a row: only its kind is kept.
        message = trouble.of_table(table.id, reader.name, error, reader.trouble)
    if link and trouble.is_break(message):
        # Before the warehouse is looked at again: DuckDB asks every attached database then, and this one answers no more.
        link.lose()
    seconds = round(time.perf_counter() - work.started, 3)
    result = SyncResult(table=table, status="failed", seconds=seconds, detail=message)
    return _without(con, table, book, result, work)


@contextmanager
def _one_stream(con: duckdb.DuckDBPyConnection, reader: SourceReader) -> Iterator[None]:
    """A server's piece comes in one stream: DuckDB's other threads would wait for it spinning, at twice the cost."""
    if reader.scan_is_cheap:
        yield
        return
    con.execute("set threads = 1")
    try:
        yield
    finally:
        with suppress(duckdb.Error):
            con.execute("reset threads")


def _without(
    con: duckdb.DuckDBPyConnection, table: Table, book: Book, result: SyncResult, work: TableSync | None
) -> SyncResult:
    """Write down that a table did not come; its raw table exists all the same, so that models can be built."""
    book.reload()
    with transaction(con):
        shape = book.shapes.get((table.raw_schema, table.name))
        if shape is None:
            con.execute(f'create schema if not exists "{table.raw_schema}"')
            body = ", ".join(f'"{c.name}" {c.data_type}' for c in table.columns)
            con.execute(f"create table {table.raw} ({body}, _synced_at timestamp)")
        for column in table.columns if shape else ():
            if column.name not in {name for name, _ in shape or ()}:
                con.execute(f'alter table {table.raw} add column "{column.name}" {column.data_type}')
        book.write_result(result, work.drifts if work else [])
    book.reload()
    return result


def sync_tables(
    con: duckdb.DuckDBPyConnection,
    readers: SourceReader | Mapping[str, SourceReader],
    tables: Iterable[Table],
    *,
    run_id: str,
    identity: str,
    now: dt.datetime,
    progress: Callable[[SyncResult], None] | None = None,
    policy: Policy = DEFAULT,
    clock: Clock = _utc,
    replay: bool = False,
) -> Iterator[SyncResult]:
    """Sync tables through one warehouse connection, database by database; `readers` by system, or one for all.

    With `replay` only rows in quarantine are read again, of the tables that have some.
    """
    chosen = list(tables)
    by_reader: dict[int, tuple[SourceReader, list[Table]]] = {}
    for table in chosen:
        reader = readers[table.source] if isinstance(readers, Mapping) else readers
        by_reader.setdefault(id(reader), (reader, []))[1].append(table)
    with only_one(file_of(con), run_id):
        book = Book(con, run_id, now)
        # The dearest ways to squeeze text cost a fifth of a load's time (and spare much space where texts are long).
        con.execute("set disabled_compression_methods = 'fsst,dict_fsst,zstd'")
        try:
            for reader, mine in by_reader.values():
                alone = len(by_reader) == 1
                if replay:
                    mine = [t for t in mine if (t.source, t.name) in book.quarantines]  # noqa: PLW2901
                if not mine:
                    continue
                run = _Run(book, identity, policy, clock, replay)
                for result in _sync_reader(con, reader, mine, run, alone=alone):
                    if progress:
                        progress(result)
                    yield result
        except duckdb.Error as error:
            # Not even the failure could be written down: the warehouse itself is in trouble.
            said = f"数仓写不下去（{trouble.kind_of(error)}），同步停下；已提交的表不受影响"
            raise SyncError(trouble.with_advice(said)) from None
        finally:
            with suppress(duckdb.Error):
                con.execute("reset disabled_compression_methods")
                clean(con)


@dataclass(frozen=True)
class _Run:
    """What all tables of a run share."""

    book: Book
    identity: str
    policy: Policy
    clock: Clock
    replay: bool


def _sync_reader(
    con: duckdb.DuckDBPyConnection, reader: SourceReader, tables: list[Table], run: _Run, *, alone: bool
) -> Iterator[SyncResult]:
    """All tables of one database; when it cannot be reached its tables are late, and the other databases go on."""
    book, clock = run.book, run.clock
    pending = sorted(tables, key=lambda t: (t.group, t.source, t.name))
    if not reader.windows.is_open(clock()):
        yield from (_wait(con, reader, table, book, clock) for table in pending)
        return
    link = Link(con, reader)
    try:
        link.hold()
    except ExchangeError as error:
        if alone:
            raise ExchangeError(trouble.with_advice(str(error))) from None
        yield from (_not_read(con, reader, table, book, error) for table in pending)
        return
    pace = Pace(reader.limits.rows_per_second)
    try:
        while pending:
            group = [t for t in pending if t.group == pending[0].group]
            with ExitStack() as stack:
                try:
                    link.hold()
                except ExchangeError as error:
                    yield from (_not_read(con, reader, table, book, error) for table in pending)
                    return
                try:
                    stack.enter_context(reader.snapshot(con))
                except ExchangeError as error:
                    link.lose()
                    pending = pending[len(group) :]
                    yield from (_not_read(con, reader, table, book, error) for table in group)
                    continue
                for table in group:
                    pending.remove(table)
                    if not reader.windows.is_open(clock()):
                        yield _wait(con, reader, table, book, clock)
                        continue
                    yield sync_table(
                        con,
                        reader,
                        table,
                        book,
                        identity=run.identity,
                        policy=run.policy,
                        pace=pace,
                        replay=run.replay,
                        link=link,
                        clock=clock,
                    )
                    if not link.holds:  # the rest of the group gets a new connection, and a new view
                        break
    finally:
        reader.detach(con)


def _not_read(
    con: duckdb.DuckDBPyConnection, reader: SourceReader, table: Table, book: Book, error: ExchangeError
) -> SyncResult:
    """A table of a database that cannot be reached is late."""
    said = trouble.of_table(table.id, reader.name, error)
    return _without(con, table, book, SyncResult(table, "failed", detail=said), None)


def _wait(
    con: duckdb.DuckDBPyConnection,
    reader: SourceReader,
    table: Table,
    book: Book,
    clock: Clock,
    work: TableSync | None = None,
    done: int = 0,
) -> SyncResult:
    """Outside its hours a source is left alone; what a load in pieces had brought by then stays."""
    opening = reader.windows.next_opening(clock())
    when = f"，下次 {opening:%m-%d %H:%M}" if opening else ""
    if work:
        detail = f"{table.id}: {reader.name} 的预约时段已结束，已读 {done}/{len(work.pieces)} 段{when} 接着读"
    else:
        detail = f"{table.id}: 不在 {reader.name} 的预约时段内{when}"
    seconds = round(time.perf_counter() - work.started, 3) if work else 0.0
    return _without(con, table, book, SyncResult(table, "waiting", seconds=seconds, detail=detail), work)

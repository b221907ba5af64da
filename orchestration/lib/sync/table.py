"""Sync one table: choose the mode, read, write, prove, heal what does not agree."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace

import duckdb

from orchestration.lib import quarantine
from orchestration.lib.contract import Table
from orchestration.lib.sources.base import Bound, Measure, Rows, SourceReader, Window, quoted
from orchestration.lib.sync import proof, schema_drift
from orchestration.lib.sync.aside import Aside
from orchestration.lib.sync.book import Book, Progress, State
from orchestration.lib.sync.policy import Policy
from orchestration.lib.sync.raw import STAGE, Applied, RawTable, TwinsOutsideError
from orchestration.lib.sync.result import Parity, SyncError, SyncResult
from orchestration.lib.typing_sql import TypedTable

SAMPLE = 1_000


class TableSync:
    """Syncs one table. `prepare` and then `finish` run in one transaction, unless there are pieces to load between."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        reader: SourceReader,
        table: Table,
        book: Book,
        *,
        identity: str,
        policy: Policy,
        replay: bool = False,
    ) -> None:
        self.con = con
        self.reader = reader
        self.table = table
        self.book = book
        self.identity = identity
        self.policy = policy
        self.replay = replay
        self.started = time.perf_counter()
        self.drifts: list[schema_drift.Drift] = []
        self.pieces: list[str] = []
        self.first_piece = 0
        self.notes: list[str] = []

    # what to do

    def prepare(self) -> None:
        """Look at both sides and decide."""
        table, place = self.table, (self.table.source, self.table.name)
        found = self.reader.columns(self.con, table)
        state = self.book.states.get(place)
        agreed = state is not None and state.checksum == table.checksum and state.identity == self.identity
        self.drifts = schema_drift.compare(table, found, state.types if state and agreed else {})
        schema_drift.stop_if_broken(table, self.drifts)
        new = {d.column for d in self.drifts if d.kind == "new_column" and not d.column.startswith("_")}
        extras = tuple(c for c in found.values() if c.name in new)
        self.found = found
        typed = TypedTable(table, found, extras)
        self.aside = Aside(self.con, table, self.book.asides)
        self.raw = RawTable(self.con, self.reader, table, typed, self.aside, run_id=self.book.run_id, now=self.book.now)
        self.sides = proof.Sides(self.con, self.reader, table, found, self.aside)
        ensure_raw(self.con, self.book, self.raw, self.aside)
        self.state = self.book.states.get(place)
        self.in_raw = self.raw.count()
        self.total: Measure | None = None
        self.mode = self._mode(self.state)
        if self.mode == "first" or (self.mode == "full" and self.in_raw > self.policy.piece_rows):
            self._plan_pieces()

    def _mode(self, state: State | None) -> str:
        table = self.table
        if state is None or state.identity != self.identity:
            self.total = self._measure_total(first=True)
            return "first"
        whole = self.reader.scan_is_cheap or self.in_raw <= self.policy.whole_rows or table.mode == "full"
        if whole:
            self.total = self._measure_total()
            latest = self.total.latest
        else:
            latest = self._one(self.sides.source(self._since(state), keys=False)).latest
        # A cursor that ran back means that the source was set back or rebuilt, or lost its newest rows.
        ran_back = state.latest is not None and (latest is None or latest < state.latest)  # type: ignore[operator]
        if ran_back and not whole:
            # A big table: all of it is counted once more, and only what differs is read.
            self.total, ran_back = self._measure_total(), False
        if self.total is not None and self.total.count == 0 and self.in_raw > 0:
            raise SyncError(f"{table.id}: 交换库中此表为空，数仓保留上次的 {self.in_raw} 行")
        if ran_back and self.in_raw == 0:
            self.total = self.total or self._measure_total(first=True)
            return "first"
        if table.mode == "full" or ran_back or state.checksum != table.checksum:
            self.total = self.total or self._measure_total()
            return "full"
        return "replay" if self.replay else "incremental"

    def _measure_total(self, *, first: bool = False) -> Measure:
        """The whole table as the source counts it; its keys too where that costs little."""
        engine = self.reader.checksum == "engine"
        limit = self.policy.key_rows * (10 if engine else 1)
        keys = (first and engine) or (not first and self.in_raw <= limit)
        found = self._one(self.sides.source(Rows(), keys=keys))
        if first and not keys and found.count <= limit:
            found = self._one(self.sides.source(Rows(), keys=True))
        return found

    @staticmethod
    def _one(found: dict[Bound | None, Measure]) -> Measure:
        return found.get(None, Measure())

    # reading whole

    def _plan_pieces(self) -> None:
        """A big table comes in pieces, each committed; an earlier attempt that was broken off goes on."""
        limit = self.policy.piece_rows
        if self.reader.limits.rows_per_second:
            limit = min(limit, max(self.reader.limits.rows_per_second * 30, 1_000))
        assert self.total is not None
        place = (self.table.source, self.table.name)
        before = self.book.progress.get(place)
        if before and before.identity == self.identity and before.checksum == self.table.checksum:
            shape = self.book.shapes.get((self.table.raw_schema, f"{self.table.name}__loading"))
            if shape and [c for c, _ in shape] == [c for c, _ in self.raw.shape()]:
                self.pieces, self.first_piece = before.pieces, before.done
                number = min(before.done + 1, len(before.pieces))
                self.notes.append(f"接着上次中断处（第 {number}/{len(before.pieces)} 段）")
                return
        if self.total.count <= limit and self.mode == "first":
            return
        self.pieces = list(self.reader.pieces(self.con, self.table, limit))
        if self.pieces:
            self.raw.create(self.raw.loading)
            self.aside.drop()
            self.book.write_progress(self.table, Progress(self.identity, self.table.checksum, self.pieces, 0, 0))

    def load_piece(self, number: int) -> int:
        """Land one piece beside the raw table. Returns its rows."""
        before = self.book.progress[self.table.source, self.table.name]
        done = self.raw.load(self.raw.loading, Rows(piece=self.pieces[number]), None)
        self.book.write_progress(self.table, replace(before, done=number + 1, rows=before.rows + done.changed))
        return done.read

    def _load_whole(self) -> Applied:
        """The first load, or a full re-read of a big table."""
        table, raw = self.table, self.raw
        assert self.total is not None
        fresh = self.state is None or self.state.identity != self.identity
        if self.pieces:
            target = raw.loading
            applied = Applied(self.total.count, raw.count(target))
        else:
            target = raw.loading if self.mode == "full" else table.raw
            raw.create(target)
            self.aside.drop()
            applied = raw.load(target, Rows(), self.total.count)
        if self.reader.rereadable and raw.count(target) != self.total.count:
            raw.collect_bad()
        if self.mode == "full":
            applied.deleted = raw.archive_missing(target)
            raw.keep_last_good(target)
        if target != table.raw:
            raw.swap()
        # Not before the swap: what one transaction deletes from a table and then renames comes back when DuckDB (1.5.5)
        # has to replay it after a crash.
        raw.settle_twins(table.raw)
        if self.mode == "first" and fresh:
            self._drop_archive()
        self.book.write_progress(table, None)
        return applied

    def _drop_archive(self) -> None:
        if ("raw_deleted", f"{self.table.source}__{self.table.name}") in self.book.shapes:
            self.con.execute(f"drop table if exists raw_deleted.{quoted(f'{self.table.source}__{self.table.name}')}")

    # reading what is new

    def _since(self, state: State) -> Rows:
        """From the newest cursor of the last run on, and a while before it: commits come late, clocks are wrong."""
        latest = state.latest
        if latest is None:
            return Rows()
        if isinstance(latest, int):
            return Rows((Window(latest - self.policy.serial_overlap),), nulls=self._has_nulls())
        latest = min(latest, self.book.now + self.policy.future)
        return Rows((Window(latest - dt.timedelta(days=self.table.overlap_days)),), nulls=self._has_nulls())

    def _has_nulls(self) -> bool:
        """Whether rows without a cursor are to be read: a server cannot look them up, so only where there are some."""
        if self.reader.scan_is_cheap:
            return True
        return self.raw.count(f"{self.table.raw} where {quoted(str(self.table.cursor))} is null") > 0

    def _read_again(self, opened: Rows) -> Rows:
        """The window, the change times of rows that were set aside, and in mode window a share of the older rows."""
        if opened.whole:
            return opened
        start = opened.windows[0].start
        values, nulls = self.aside.cursors(self.policy.aside_values) or ([], False)
        values = [v for v in values if start is not None and v < start]  # type: ignore[operator]
        rows = Rows(opened.windows, tuple(values), opened.nulls or nulls)
        if self.table.mode == "window":
            audit = [w for w in self._audit_windows() if w.end is None or (start is not None and w.end <= start)]  # type: ignore[operator]
            rows = replace(rows, windows=(*audit, *rows.windows))
        return rows

    def _apply(self, rows: Rows, opened: Rows | None = None) -> Applied:
        """Read and write; read twins of vanished rows too when it turns out that they were set aside."""
        self.raw.stage(rows)
        try:
            return self.raw.apply(rows, opened)
        except TwinsOutsideError as twins:
            if len(twins.cursors) > 5_000:
                self.raw.stage(Rows())
                return self.raw.apply(Rows())
            values = tuple(c for c in twins.cursors if c is not None)
            rows = replace(rows, values=(*rows.values, *values), nulls=rows.nulls or None in twins.cursors)
            return self._apply(rows, opened)

    def _increment(self) -> tuple[Applied, Rows]:
        assert self.state is not None
        opened = self._since(self.state)
        rows = self._read_again(opened)
        return self._apply(rows, None if opened.whole else opened), rows

    def _read_bad_again(self) -> tuple[Applied, Rows]:
        """Rows in quarantine, by their change times: what was put right upstream is taken, also where no cursor moved."""
        values, nulls = self.aside.cursors(bad_only=True) or ([], False)
        if self.table.cursor is None or len(values) > self.policy.replay_values:
            return self._apply(Rows()), Rows()
        applied = Applied()
        chunk = self.policy.aside_values
        for start in range(0, len(values), chunk):
            applied += self._apply(Rows(values=tuple(values[start : start + chunk])))
        if nulls:
            applied += self._apply(Rows(nulls=True))
        return applied, Rows(values=(), nulls=nulls)

    # proving

    def _audit_windows(self) -> list[Window]:
        """The windows that were longest not proven, a share of all; without gaps between them over the runs."""
        if self.table.cursor is None:
            return []
        months = sorted(
            (b for b in self.sides.own(Rows(), keys=False, by="month") if b is not None),
            key=lambda b: b,
        )
        if not months:
            return []
        seen = self.book.audited(self.table)
        share = -(-len(months) // self.policy.audit_runs)
        order = sorted(range(len(months)), key=lambda n: (seen.get(str(months[n]), dt.datetime.min), n))
        chosen = sorted(order[:share])
        self.book.write_audit(self.table, [months[n] for n in chosen])
        return [Window(months[n] if n else None, months[n + 1] if n + 1 < len(months) else None) for n in chosen]

    def _prove(self, applied: Applied, read: Rows) -> tuple[Parity, Applied]:
        """Compare both sides; what differs is read again: its days, or (a small table) everything."""
        parity: Parity | None = None
        if self.total is not None:
            parity, applied = self._compare(applied, Rows(), self.total, "whole")
        if self.total is None or (self.total.key_sum is None and self.mode in ("incremental", "healed")):
            # A big table: the keys (and of a server all else too) of what was touched, and of a share of the rest.
            opened = tuple(w for w in read.windows if w.end is None)
            audit = self._audit_windows()
            # Rows without a change time belong to the share that has no beginning.
            nulls = read.nulls or any(w.start is None for w in audit)
            within = Rows((*audit, *opened), nulls=nulls)
            # Where no row has a change time there are no windows: all was read, and all is proven.
            scope = "whole" if within.whole else "windows"
            source = self._one(self.sides.source(within, keys=True))
            windows, applied = self._compare(applied, within, source, scope)
            parity = parity.with_keys_of(windows) if parity else windows
        assert parity is not None
        return parity, applied

    def _compare(self, applied: Applied, within: Rows, source: Measure, scope: str) -> tuple[Parity, Applied]:
        keys = source.key_sum is not None
        own = self._one(self.sides.own(within, keys=keys))
        if not proof.same(source, own):
            applied, own = self._heal(applied, within, source)
        return proof.parity(source, own, self.sides.set_aside(within, keys=keys), scope=scope), applied

    def _heal(self, applied: Applied, within: Rows, source: Measure) -> tuple[Applied, Measure]:
        """Something changed behind the cursor: a late row, a silent correction, a deletion."""
        keys = source.key_sum is not None
        if self.table.cursor is not None and self.mode != "full":
            rows = proof.locate(self.sides, within, keys=keys)
            if rows is not None and not rows.whole:
                healed = self._apply(rows)
                self.notes.append(f"重读 {len(rows.windows) + rows.nulls} 个有差异的时段（{healed.read} 行）")
                self.mode = "first" if self.mode == "first" else "healed"
                applied += healed
        own = self._one(self.sides.own(within, keys=keys))
        if proof.same(source, own) or self.in_raw > self.policy.whole_rows or self.mode in ("full", "first"):
            return applied, own
        self.mode = "full"
        applied += self._apply(Rows())
        return applied, self._one(self.sides.own(within, keys=keys))

    # the end

    def finish(self) -> SyncResult:
        """Read, write, prove, and write down; the caller commits."""
        table = self.table
        if self.pieces or self.mode == "first" or (self.mode == "full" and self.in_raw > self.policy.piece_rows):
            applied, read = self._load_whole(), Rows()
        elif self.mode == "full":
            applied, read = self._apply(Rows()), Rows()
        elif self.mode == "replay":
            applied, read = self._read_bad_again()
        else:
            applied, read = self._increment()
        parity, applied = self._prove(applied, read)
        quarantined = self._show_quarantine()
        latest = self._latest()
        self.book.write_state(table, latest, self.identity, schema_drift.types_of(self.found))
        told = [schema_drift.describe(self.drifts), *self.notes, "" if parity.equal else parity.describe()]
        result = SyncResult(
            table=table,
            status="ok",
            mode=self.mode,
            rows_read=applied.read,
            rows_changed=applied.changed,
            rows_deleted=applied.deleted,
            rows_quarantined=quarantined,
            bytes_read=self._bytes(applied.read),
            seconds=round(time.perf_counter() - self.started, 3),
            parity=parity,
            latest_cursor=latest,
            detail="；".join(t for t in told if t),
        )
        self.book.write_result(result, self.drifts)
        return result

    def _show_quarantine(self) -> int:
        place = (self.table.source, self.table.name)
        count = self.aside.quarantined()
        store = self.aside.name if self.aside.exists else None
        if count and store:
            quarantine.note_twins(self.con, self.table, store, run_id=self.book.run_id, now=self.book.now)
        if count or place in self.book.quarantines:
            quarantine.tidy(self.con, self.table, store)
            self.book.quarantines.add(place)
        return count

    def _latest(self) -> Bound | None:
        """The newest cursor that the source had: measured there, or what has arrived."""
        if self.total is not None:
            return self.total.latest
        if self.table.cursor is None:
            return None
        row = self.con.execute(f"select max({quoted(self.table.cursor)}) from {self.table.raw}").fetchone()
        value = row[0] if row else None
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return dt.datetime(value.year, value.month, value.day)
        return value if value is None or isinstance(value, (int, dt.datetime)) else None

    def _bytes(self, rows: int) -> int:
        """About how much was read: the mean width of some landed rows, as text."""
        if not rows:
            return 0
        width = " + ".join(f"coalesce(strlen(cast({quoted(c.name)} as varchar)), 0)" for c in self.table.columns)
        row = self.con.execute(
            f"select coalesce(avg({width}), 0) from (select * from {self.table.raw} limit {SAMPLE})"
        ).fetchone()
        return int(rows * float(row[0])) if row else 0


def ensure_raw(con: duckdb.DuckDBPyConnection, book: Book, raw: RawTable, aside: Aside) -> None:
    """Create the raw table, add columns that came up, or make it anew when the contract's shape changed."""
    table = raw.table
    place = (table.raw_schema, table.name)
    existing = {n: t.lower() for n, t in book.shapes.get(place, [])}
    # Earlier versions kept a hash of each row, and the name of its run.
    for earlier in ("_row_hash", "_run_id"):
        if earlier in existing:
            con.execute(f"alter table {table.raw} drop column {earlier}")
            existing.pop(earlier)
    wanted = [(n, t) for n, t in raw.shape()]
    declared = {c.name for c in table.columns} | {"_synced_at"}
    fits = existing and all(_plain(existing.get(n, "")) == _plain(t) for n, t in wanted if n in declared)
    if not fits:
        if existing:
            _put_away_archive(con, book, table)
        raw.create(table.raw)
        aside.drop()
        book.forget_state(table)
    else:
        for name, data_type in wanted:
            if name not in existing:
                con.execute(f"alter table {table.raw} add column {quoted(name)} {data_type}")
            elif _plain(existing[name]) != _plain(data_type):
                # A column outside the contract came back otherwise: as text it holds both.
                con.execute(f"alter table {table.raw} alter column {quoted(name)} type varchar")
    book.shapes[place] = wanted


def _put_away_archive(con: duckdb.DuckDBPyConnection, book: Book, table: Table) -> None:
    """Deleted rows of the earlier shape stay, under a name of their own."""
    name = f"{table.source}__{table.name}"
    if ("raw_deleted", name) in book.shapes:
        con.execute(f"alter table raw_deleted.{quoted(name)} rename to {quoted(f'{name}__{book.run_id[:8]}')}")
        book.shapes.pop(("raw_deleted", name))


def _plain(data_type: str) -> str:
    return data_type.lower().replace(" ", "")


def clean(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what a sync leaves in the session."""
    for name in (STAGE, "_diff", "_twin", "_loser", "_change", "_gone"):
        con.execute(f"drop table if exists temp.{name}")


Progressed = Callable[[SyncResult], None]

"""The raw table of one exchange table: its shape, its loading in one pass, and the change of single rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import duckdb

from orchestration.lib import quarantine
from orchestration.lib.contract import Table
from orchestration.lib.sources import measuring
from orchestration.lib.sources.base import Bound, Rows, SourceReader, bound_literal, quoted
from orchestration.lib.sync.aside import DUPLICATE, SUPERSEDED, Aside, landed_columns
from orchestration.lib.typing_sql import TypedTable, extra_type

ARCHIVE_SCHEMA = "raw_deleted"
# The run of a table and moment stands in ops.sync_table: its name with every row would cost a load a twentieth of its time.
BOOKKEEPING = (("_synced_at", "TIMESTAMP"),)
STAGE = "_stage"
TEMPORARY = (STAGE, "_diff", "_twin", "_loser", "_change", "_gone")


@dataclass
class Applied:
    """What writing came to."""

    read: int = 0
    changed: int = 0
    deleted: int = 0

    def __add__(self, other: Applied) -> Applied:
        return Applied(self.read + other.read, self.changed + other.changed, self.deleted + other.deleted)


class TwinsOutsideError(Exception):
    """Rows vanished whose twins, set aside and not read now, must be read too."""

    def __init__(self, cursors: list[Bound | None]) -> None:
        super().__init__("twins of vanished rows were not read")
        self.cursors = cursors


class RawTable:
    """Writes one raw table, within transactions that the caller opens."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        reader: SourceReader,
        table: Table,
        typed: TypedTable,
        aside: Aside,
        *,
        run_id: str,
        now: dt.datetime,
    ) -> None:
        self.con = con
        self.reader = reader
        self.table = table
        self.typed = typed
        self.aside = aside
        self.run_id = run_id
        self.now = now
        self.moment = bound_literal(now)
        self.loading = f"{quoted(table.raw_schema)}.{quoted(table.name + '__loading')}"

    # shape

    def shape(self) -> list[tuple[str, str]]:
        """Columns of the raw table."""
        extras = [(e.name, extra_type(e)) for e in self.typed.extras]
        return [(c.name, c.data_type) for c in self.table.columns] + [*BOOKKEEPING] + extras

    def create(self, name: str) -> None:
        """Make it anew, empty."""
        body = ", ".join(f"{quoted(column)} {data_type}" for column, data_type in self.shape())
        self.con.execute(f"create schema if not exists {quoted(self.table.raw_schema)}")
        self.con.execute(f"create or replace table {name} ({body})")

    def count(self, relation: str | None = None) -> int:
        """Rows of the raw table, or of another relation."""
        row = self.con.execute(f"select count(*) from {relation or self.table.raw}").fetchone()
        return int(row[0]) if row else 0

    # reading

    def stage(self, rows: Rows) -> int:
        """Read rows into the temporary stage, typed and judged. Returns how many."""
        relation = self.reader.relation(self.con, self.table, self.typed.read, rows)
        self.con.execute(f"create or replace temp table {STAGE} as {self.typed.staged(relation)}")
        return self.count(STAGE)

    def any_bad(self) -> bool:
        """Whether a staged row cannot be landed."""
        return self.count(f"{STAGE} where _bad") > 0

    # loading a table that has nothing yet

    def load(self, target: str, rows: Rows, expected: int | None) -> Applied:
        """Read once, straight into the target; bad rows are looked at only when some are missing."""
        if not self.reader.rereadable:
            read = self.stage(rows)
            names = ", ".join(quoted(n) for n in self.typed.names)
            done = self._insert(target, f"select {names} from {STAGE} where not _bad")
            if done < read:
                self._add_bad()
            return Applied(read, done)
        relation = self.reader.relation(self.con, self.table, self.typed.read, rows)
        done = self._insert(target, f"select {self.typed.values()} from {relation} where not {self.typed.is_bad()}")
        return Applied(done if expected is None else expected, done)

    def collect_bad(self) -> None:
        """Read what `load` left out."""
        relation = self.reader.relation(self.con, self.table, self.typed.read, Rows())
        bad = f"(select * from {relation} where {self.typed.is_bad()})"
        self.con.execute(f"create or replace temp table {STAGE} as {self.typed.staged(bad)}")
        if self.any_bad():
            self._add_bad()

    def _add_bad(self) -> None:
        """Staged rows that cannot be landed: kept for the counts, shown in quarantine."""
        self.aside.add_bad(self.typed, STAGE, self.moment, self.run_id)
        quarantine.note(self.con, self.typed, STAGE, run_id=self.run_id, now=self.now)

    def _insert(self, target: str, select: str) -> int:
        names = ", ".join(quoted(n) for n in [*self.typed.names, *(b for b, _ in BOOKKEEPING)])
        row = self.con.execute(f"insert into {target} ({names}) select *, {self.moment} from ({select})").fetchone()
        return int(row[0]) if row else 0

    def settle_twins(self, target: str) -> None:
        """After a load: where a key came more than once one row stays, the others are set aside."""
        if self.reader.unique_key(self.con, self.table):
            return
        keys = ", ".join(quoted(k) for k in self.table.key)
        row = self.con.execute(f"select count(*), count(distinct hash({keys})) from {target}").fetchone()
        assert row is not None
        # No two equal hashes, no two equal keys; the other way round it has to be looked at.
        if row[0] == row[1]:
            return
        self.con.execute(
            f"create or replace temp table _twin as select {keys} from {target} group by all having count(*) > 1"
        )
        if not self.count("_twin"):
            return
        self._rank(target)
        losers = (
            f"(select t.*, case when l.is_doubtful then '{DUPLICATE}' else '{SUPERSEDED}' end as _reason"
            f" from {target} t join _loser l on l.row_no = t.rowid)"
        )
        self.aside.add_good(losers, self.moment, self.run_id)
        self.con.execute(f"delete from {target} where rowid in (select row_no from _loser)")

    def _rank(self, relation: str, where: str = "true") -> None:
        """Fill _loser from _twin: the newest cursor wins, then the content decides, the same way every time."""
        cursor = f"s.{quoted(self.table.cursor)}" if self.table.cursor else "null"
        text = ", ".join(f"coalesce(cast(s.{quoted(n)} as varchar), chr(30))" for n in self.typed.names)
        keys = ", ".join(f"s.{quoted(k)}" for k in self.table.key)
        self.con.execute("create or replace temp table _loser (row_no bigint, is_doubtful boolean)")
        self.con.execute(
            "insert into _loser select row_no, is_doubtful from ("
            f" select s.rowid as row_no, row_number() over w as place, {cursor} is not distinct from"
            f"  first_value({cursor}) over w and s._content <> first_value(s._content) over w as is_doubtful"
            f" from (select s.*, s.rowid, md5(concat_ws(chr(31), {text})) as _content from {relation} s"
            f"  join _twin t on {self._same('s', 't')} where {where}) s"
            f" window w as (partition by {keys} order by {cursor} desc nulls last, s._content, s.rowid)"
            ") where place > 1"
        )

    def swap(self) -> None:
        """The loaded table takes the place of the raw one."""
        self.con.execute(f"drop table if exists {self.table.raw}")
        self.con.execute(f"alter table {self.loading} rename to {quoted(self.table.name)}")

    # changing single rows

    def _same(self, left: str, right: str) -> str:
        return " and ".join(f"{left}.{quoted(k)} = {right}.{quoted(k)}" for k in self.table.key)

    def within(self, rows: Rows) -> str:
        """The read rows as a condition on the raw table."""
        if rows.whole:
            return "true"
        return measuring.where(measuring.DuckDBDialect(), self.table, landed_columns(self.table), rows)

    def apply(self, rows: Rows, opened: Rows | None = None) -> Applied:
        """Bring the raw table in line with the staged rows, which are all that the source has within `rows`.

        `opened` is the part that reaches to the newest cursor: nothing outside it can be newer than what is in it.
        """
        con, raw = self.con, self.table.raw
        names = [quoted(n) for n in self.typed.names]
        inside = f"(select *, rowid from {raw} where {self.within(rows)})"
        read = self.count(STAGE)
        con.execute("create or replace temp table _loser (row_no bigint, is_doubtful boolean)")
        # What is here already, value for value, needs nothing.
        rest = " and ".join(
            f"r.{name} is not distinct from s.{name}"
            for name in names
            if name not in {quoted(k) for k in self.table.key}
        )
        con.execute(
            f"create or replace temp table _diff as select s.rowid as row_no from {STAGE} s anti join {inside} r"
            f" on {self._same('s', 'r')}{' and ' + rest if rest else ''} where not s._bad"
        )
        if read:
            self._choose(rows, opened)
        con.execute(
            f"create or replace temp table _change as select s.* from {STAGE} s"
            " where s.rowid in (select row_no from _diff) and s.rowid not in (select row_no from _loser)"
        )
        changed = self.count("_change")
        con.execute(
            f"create or replace temp table _gone as select r.rowid as row_no from {inside} r"
            f" anti join {STAGE} s on {self._same('r', 's')}"
        )
        deleted = self.count("_gone")
        if deleted:
            gone_keys = f"(select * from {raw} where rowid in (select row_no from _gone))"
            outside = [c for c in self.aside.twins_of(gone_keys) if not self._covers(rows, c)]
            if outside:
                raise TwinsOutsideError(outside)
            self._archive()
        if changed:
            con.execute(f"delete from {raw} r where exists (select 1 from _change s where {self._same('s', 'r')})")
            self._insert(raw, f"select {', '.join(names)} from _change")
        self._set_aside(rows, read)
        return Applied(read, changed, deleted)

    @staticmethod
    def _covers(rows: Rows, cursor: Bound | None) -> bool:
        if rows.whole:
            return True
        if cursor is None:
            return rows.nulls
        if cursor in rows.values:
            return True
        return any(
            (w.start is None or cursor >= w.start) and (w.end is None or cursor < w.end)  # type: ignore[operator]
            for w in rows.windows
        )

    def _choose(self, rows: Rows, opened: Rows | None) -> None:
        """Which of several versions of a key counts: within the stage, and against newer ones that were not read."""
        con = self.con
        keys = ", ".join(quoted(k) for k in self.table.key)
        con.execute(
            f"create or replace temp table _twin as select {keys} from {STAGE} where not _bad"
            " group by all having count(*) > 1"
        )
        if self.count("_twin"):
            self._rank(STAGE, "not s._bad")
        if rows.whole or rows == opened or not self.table.cursor:
            return
        newest = self.within(opened) if opened else "false"
        cursor = quoted(self.table.cursor)
        closed = f"(select *, rowid from {STAGE} where not _bad and not coalesce({newest}, false))"
        if not self.count(closed):
            return
        outside = f"(select * from {self.table.raw} where not coalesce({self.within(rows)}, false))"
        con.execute(
            f"insert into _loser select s.rowid, false from {closed} s join {outside} r on {self._same('s', 'r')}"
            f" where (r.{cursor} > s.{cursor} or s.{cursor} is null)"
            " and s.rowid not in (select row_no from _loser)"
        )

    def _archive(self) -> None:
        """Rows that are gone upstream leave the raw table for the archive: nothing is lost."""
        con, raw = self.con, self.table.raw
        archive = f"{ARCHIVE_SCHEMA}.{quoted(f'{self.table.source}__{self.table.name}')}"
        con.execute(f"create schema if not exists {ARCHIVE_SCHEMA}")
        con.execute(
            f"create table if not exists {archive} as select *, null::timestamp as _deleted_at from {raw} limit 0"
        )
        known = {
            row[0]
            for row in con.execute(
                "select column_name from duckdb_columns() where database_name = current_database()"
                " and schema_name = ? and table_name = ?",
                [ARCHIVE_SCHEMA, f"{self.table.source}__{self.table.name}"],
            ).fetchall()
        }
        for column, data_type in self.shape():
            if column not in known:
                con.execute(f"alter table {archive} add column {quoted(column)} {data_type}")
        con.execute(
            f"insert into {archive} by name select *, {self.moment} as _deleted_at from {raw}"
            " where rowid in (select row_no from _gone)"
        )
        con.execute(f"delete from {raw} where rowid in (select row_no from _gone)")

    def archive_missing(self, loaded: str) -> int:
        """Before a swap: rows of the raw table whose key is not in the loaded one, nor set aside."""
        kept = ""
        if self.aside.exists:
            kept = f" and not exists (select 1 from {self.aside.name} a where {self._same('a', 'r')})"
        self.con.execute(
            f"create or replace temp table _gone as select r.rowid as row_no from {self.table.raw} r"
            f" where not exists (select 1 from {loaded} s where {self._same('s', 'r')}){kept}"
        )
        gone = self.count("_gone")
        if gone:
            self._archive()
        return gone

    def keep_last_good(self, loaded: str) -> None:
        """Before a swap: where the newest version of a row cannot be read its last good one goes along."""
        if not self.aside.exists or not self.aside.keep_from(self.table.raw, loaded):
            return
        names = ", ".join(quoted(name) for name, _ in self.shape())
        self.con.execute(
            f"insert into {loaded} ({names}) select {names} from {self.table.raw} r"
            f" where exists (select 1 from {self.aside.name} a where a._keeps and {self._same('a', 'r')})"
        )

    def _set_aside(self, rows: Rows, read: int) -> None:
        self.aside.clear(rows)
        if not read:
            return
        if self.any_bad():
            self._add_bad()
        if self.count("_loser"):
            losers = (
                f"(select s.*, case when l.is_doubtful then '{DUPLICATE}' else '{SUPERSEDED}' end as _reason"
                f" from {STAGE} s join _loser l on l.row_no = s.rowid)"
            )
            self.aside.add_good(losers, self.moment, self.run_id)
        if self.aside.exists:
            self.aside.mark_kept(STAGE)

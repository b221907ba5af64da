"""An exchange on MySQL or MariaDB, read by DuckDB's mysql scanner in a session of its own.

Why a session: the scanner reads a table within one START TRANSACTION READ ONLY a DuckDB transaction, so a transaction
held open there is one consistent view (REPEATABLE READ) while the warehouse commits table by table. Rows come over as
Arrow batches. Measuring reads the key, the cursor and the amounts once more in that same view.

Dates come as text: the scanner turns '0000-00-00' into NULL and fails on '2026-06-00'. Before rows are read the server
is asked whether these rows hold such a date; then they are read by a query that casts on the server, which is consistent
in itself but, other than the scan, does not belong to the view. So are columns of DECIMAL with more than 38 digits.
"""

from __future__ import annotations

import datetime as dt
import re
import socket
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from orchestration.lib.contract import Table
from orchestration.lib.exchange_config import Connection
from orchestration.lib.sources import measuring, pieces
from orchestration.lib.sources.base import (
    ALIAS,
    Bound,
    Checksum,
    ExchangeError,
    Measure,
    Rows,
    SourceColumn,
    Step,
    bound_literal,
    literal,
    quoted,
)
from orchestration.lib.sources.extensions import extension_file
from orchestration.lib.sources.stream import Streams, Watch

_CAUSES = (
    # The scanner tries localhost a second time by TCP and tells of that attempt only.
    (re.compile(r"retry with 127\.0\.0\.1", re.IGNORECASE), "连不上服务器，或用户名、口令不被接受"),
    (re.compile(r"access denied", re.IGNORECASE), "用户名或口令不被接受"),
    (re.compile(r"max_statement_time|max_execution_time|interrupted|1969|3024", re.IGNORECASE), "语句超过时限，已取消"),
    (re.compile(r"gone away|lost connection|server has closed|failed to fetch result", re.IGNORECASE), "连接中断"),
    (re.compile(r"can't connect|connection refused|unknown (mysql )?server host", re.IGNORECASE), "连不上服务器"),
    (re.compile(r"command denied|denied to user", re.IGNORECASE), "没有读取权限"),
)


@dataclass(frozen=True)
class _Found:
    """A table as it is on the server."""

    schema: str
    name: str
    columns: dict[str, SourceColumn]  # as advertised
    typed: dict[str, SourceColumn]  # as the scanner reads them in the session
    dates: tuple[str, ...]
    too_wide: frozenset[str]


class MySQLReader:
    """Reads one MySQL or MariaDB server without ever writing to it."""

    kind = "mysql"
    rereadable = False
    scan_is_cheap = False
    checksum: Checksum = "md5"

    def __init__(self, connection: Connection, alias: str = ALIAS) -> None:
        self.connection = connection
        self.name = connection.name
        self.alias = alias
        self.limits = connection.limits
        self.windows = connection.windows
        self.streams = Streams(alias, connection.limits)
        self._session: duckdb.DuckDBPyConnection | None = None
        self._broken = False  # the session is to be opened anew
        self._wants_view = False
        self._in_view = False
        self._server_id = 0
        self._mark = f"shebao-{uuid.uuid4().hex}"  # in every query, so that it can be found there and cancelled
        self._tables: dict[tuple[str, str], _Found | None] = {}
        self._dialect = measuring.DuckDBDialect()

    def __repr__(self) -> str:
        return f"MySQLReader({self.name!r}, <address hidden>)"

    @property
    def trouble(self) -> ExchangeError | None:
        """What broke the stream."""
        return self.streams.trouble

    # connecting

    def attach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Open the session; a server that does not answer at once is asked again."""
        address = self._address()
        for attempt in range(self.limits.retries + 1):
            try:
                self._open(address)
                return
            except (duckdb.Error, OSError) as error:
                self._close()
                failure = self._failure(error)
                if attempt == self.limits.retries or "口令" in str(failure):
                    raise failure from None
                time.sleep(self.limits.retry_wait_seconds)

    def detach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Close the session and its connections."""
        self.streams.close(con)
        self._close()
        self._broken = False

    def _address(self) -> dict[str, str]:
        """Parts of the secret: from the configuration, or from the file that the simulator left."""
        file = self.connection.text("uri_file")
        if file is None:
            names = {"host": "host", "port": "port", "socket": "socket", "user": "user", "password": "password"}
            names |= {"ssl_mode": "ssl_mode", "ssl_ca": "ssl_ca"}
            found = {part: self.connection.text(key) for part, key in names.items()}
            return {part: value for part, value in found.items() if value is not None}
        if not Path(file).exists():
            raise ExchangeError(f"交换库 {self.name} 的地址文件不存在，请先用 simulator 建库 (--exchange mariadb)")
        uri = urlsplit(Path(file).read_text(encoding="utf-8").strip())
        parts = {
            "host": uri.hostname,
            "port": str(uri.port) if uri.port else None,
            "user": unquote(uri.username) if uri.username else None,
            "password": unquote(uri.password) if uri.password else None,
            "socket": parse_qs(uri.query).get("socket", [None])[0],
        }
        return {part: value for part, value in parts.items() if value is not None}

    def _open(self, address: Mapping[str, str]) -> None:
        if "socket" in address:
            address = {"host": "localhost", **address}
        else:
            # The scanner knows no time-out of connecting.
            place = (address.get("host", "localhost"), int(address.get("port", 3306)))
            socket.create_connection(place, timeout=self.limits.connect_timeout_seconds).close()
        session = duckdb.connect(config={"threads": 1})
        self._session = session
        session.execute("set enable_progress_bar = false")
        session.execute(f"load '{extension_file('duckdb_extension_mysql_scanner')}'")
        milliseconds = self.limits.statement_timeout_seconds * 1000
        for name, value in {
            "mysql_tinyint1_as_boolean": "false",  # a code of 0 to 9, not a truth
            "mysql_bit1_as_boolean": "false",
            "mysql_incomplete_dates_as_nulls": "true",
            "mysql_sql_buffer_result": "false",  # no copies of tables on their disk
            "mysql_pool_size": "2",  # the view's, and one for questions; a session of one thread takes no more
            "mysql_query_timeout_min_ms": str(
                milliseconds
            ),  # a hint of MySQL's (never tried on one); MariaDB heeds none
            "mysql_query_timeout_max_ms": str(milliseconds),
            # It would count the waits for the pace too.
            "mysql_query_timeout_enabled": "false" if self.limits.rows_per_second else "true",
            "mysql_session_time_zone": literal(_offset(self.windows.zone)),
        }.items():
            session.execute(f"set {name} = {value}")
        parts = ", ".join(f"{part} {literal(value)}" for part, value in address.items())
        session.execute(f"create temporary secret departments (type mysql, {parts})")
        session.execute(f"attach '' as {self.alias} (type mysql, secret departments, read_only)")
        session.execute(self._as_query("select 1")).fetchall()

    def _close(self) -> None:
        self._in_view = False
        self._tables.clear()
        session, self._session = self._session, None
        if session is not None:
            try:
                session.close()
            except duckdb.Error:
                return

    # one view

    @contextmanager
    def snapshot(self, con: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """All tables that are scanned within are read as of the first of them."""
        self._begin()
        self._wants_view = True
        try:
            yield
        finally:
            self._wants_view = False
            self._end()

    def join(self, con: duckdb.DuckDBPyConnection) -> None:
        """Nothing to do: the view lives in the session, not in the warehouse's transaction."""

    def _begin(self) -> None:
        # The connection that has just answered is the next one the pool gives, i.e. the one of the transaction.
        self._server_id = int(self._query("select connection_id()")[0][0])
        self._session_rows("begin transaction")
        # A table of the server's own, to begin the transaction there; the view is made by the first real table.
        self._session_rows(f"select 1 from {self.alias}.information_schema.character_sets limit 1")
        self._in_view = True

    def _end(self) -> None:
        self._in_view = False
        if self._session is not None:
            try:
                self._session.execute("rollback")
            except duckdb.Error:
                return

    # what is there

    def columns(self, con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, SourceColumn]:
        """Columns of the table, whatever the case of its name."""
        found = self._find(table)
        return found.columns if found else {}

    def _find(self, table: Table) -> _Found | None:
        key = (self.connection.schema_of(table.exchange_schema).upper(), table.name.upper())
        if not self._tables:
            self._read_catalogue()
        return self._tables.get(key)

    def _read_catalogue(self) -> None:
        """All columns of all schemas in two queries."""
        told = self._query(
            "select table_schema, table_name, column_name, data_type, column_type, coalesce(numeric_precision, 0)"
            " from information_schema.columns where table_schema not in"
            " ('mysql', 'information_schema', 'performance_schema', 'sys') order by 1, 2, ordinal_position"
        )
        scanned = {
            (schema, name, column): kind
            for schema, name, column, kind in self._session_rows(
                "select schema_name, table_name, column_name, data_type from duckdb_columns()"
                f" where database_name = {literal(self.alias)}"
            )
        }
        if told and not scanned:  # the scanner shows nothing, and says nothing, when its connection broke
            raise self._failed(OSError("lost connection"), None)
        tables: dict[tuple[str, str], _Found] = {}
        for schema, name, column, data_type, column_type, precision in told:
            found = tables.setdefault((schema.upper(), name.upper()), _Found(schema, name, {}, {}, (), frozenset()))
            read_as = scanned.get((schema, name, column), "VARCHAR")
            kind = str(data_type).lower()
            is_date = kind in ("date", "datetime", "timestamp")
            is_wide = kind == "decimal" and int(precision) > 38
            shown = "VARCHAR" if is_date or is_wide else read_as
            found.columns[column.upper()] = SourceColumn(column, shown, str(column_type))
            found.typed[column.upper()] = SourceColumn(column, "VARCHAR" if is_wide else read_as, str(column_type))
            if is_date or is_wide:
                tables[schema.upper(), name.upper()] = replace(
                    found,
                    dates=(*found.dates, column) if is_date else found.dates,
                    too_wide=found.too_wide | {column} if is_wide else found.too_wide,
                )
        self._tables.update(tables)

    def unique_key(self, con: duckdb.DuckDBPyConnection, table: Table) -> bool:
        """Whether a unique index covers exactly the key, all of it NOT NULL."""
        found = self._find(table)
        if found is None:
            return False
        rows = self._query(
            "select index_name, group_concat(upper(column_name) order by upper(column_name) separator ',')"
            f" from information_schema.statistics where table_schema = {_text(found.schema)}"
            f" and table_name = {_text(found.name)} and non_unique = 0 group by index_name"
            " having max(nullable = 'YES') = 0 and max(sub_part is not null) = 0"
        )
        wanted = ",".join(sorted(k.upper() for k in table.key))
        return any(columns == wanted for _, columns in rows)

    # reading

    def relation(
        self, con: duckdb.DuckDBPyConnection, table: Table, columns: Sequence[SourceColumn], rows: Rows
    ) -> str:
        """A stream of the rows; it can be read once."""
        found = self._there(table)
        rows = pieces.opened(rows)
        self.streams.close(con)
        cast = bool(found.too_wide & {c.name for c in columns}) or self._has_broken_dates(table, found, columns, rows)
        text = self._cast_rows(table, found, columns, rows) if cast else self._scan(table, found, columns, rows)
        reader = self._stream(text)
        return self.streams.open(con, reader.schema, self._batches(reader))

    def _stream(self, text: str) -> pa.RecordBatchReader:
        with self._watch() as watch:
            try:
                reader = self._own().execute(text).to_arrow_reader(self.streams.batch_rows)
            except duckdb.Error as error:
                raise self._failed(error, watch) from None
        if watch.fired:
            raise self._failed(ExchangeError(), watch)
        return reader

    def _batches(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        while True:
            with self._watch() as watch:
                try:
                    batch = reader.read_next_batch()
                except StopIteration:
                    batch = None
                except (duckdb.Error, pa.ArrowException, OSError, RuntimeError) as error:
                    raise self._failed(error, watch) from None
            if watch.fired:  # a query that was killed may end as if it were complete
                raise self._failed(ExchangeError(), watch)
            if batch is None:
                return
            yield batch

    def _scan(self, table: Table, found: _Found, columns: Sequence[SourceColumn], rows: Rows) -> str:
        """Rows by the scanner, in the view; dates become text here."""
        formats = {"TIMESTAMP": "%Y-%m-%d %H:%M:%S.%f", "DATE": "%Y-%m-%d"}
        items = []
        for column in columns:
            own, typed = quoted(column.name), found.typed[column.name.upper()]
            pattern = formats.get(typed.read_as.upper()) if column.name in found.dates else None
            items.append(f"strftime({own}, '{pattern}') as {own}" if pattern else own)
        return self._select(table, found, columns, ", ".join(items), rows)

    def _select(self, table: Table, found: _Found, columns: Sequence[SourceColumn], items: str, rows: Rows) -> str:
        """One select a condition: the scanner pushes down a range or a list, but neither alternatives nor IS NULL."""
        relation = f"{self.alias}.{quoted(found.schema)}.{quoted(found.name)}"
        if rows.whole:
            return f"select {items} from {relation}"
        selects: list[str] = []
        earlier: list[str] = []
        for part in pieces.parts(rows):
            if part.nulls:
                names = ", ".join(_item(found, c) for c in columns)
                query = f"select {names} from {_name(found.schema)}.{_name(found.name)}"
                asked = self._as_query(f"{query} where {self._server_condition(table, found, part)}")
                selects.append(f"select {items} from ({asked})")
                continue
            condition = f"({self._condition(table, found, part)})"
            others = "".join(f" and ({other}) is not true" for other in earlier)
            selects.append(f"select {items} from {relation} where {condition}{others}")
            earlier.append(condition)
        return " union all ".join(selects)

    def _condition(self, table: Table, found: _Found, rows: Rows) -> str:
        """The session's condition on the cursor; a DATE is compared with dates so that the server can serve it."""
        if table.cursor and found.typed[table.cursor.upper()].read_as.upper() == "DATE":
            return _by_day(quoted(found.typed[table.cursor.upper()].name), rows)
        return measuring.where(self._dialect, table, found.typed, rows)

    def _cast_rows(self, table: Table, found: _Found, columns: Sequence[SourceColumn], rows: Rows) -> str:
        """Rows by a query in which the server itself makes dates and too wide decimals text."""
        items = ", ".join(
            f"cast({_name(c.name)} as char) as {_name(c.name)}"
            if c.name in found.dates or c.name in found.too_wide
            else _item(found, c)
            for c in columns
        )
        query = f"select {items} from {_name(found.schema)}.{_name(found.name)}"
        condition = self._server_condition(table, found, rows)
        return self._as_query(query + (f" where {condition}" if condition else ""))

    def _has_broken_dates(self, table: Table, found: _Found, columns: Sequence[SourceColumn], rows: Rows) -> bool:
        asked = [_name(c.name) for c in columns if c.name in found.dates]
        if not asked:
            return False
        broken = " or ".join(f"{own} < '0001-01-01' or month({own}) = 0 or day({own}) = 0" for own in asked)
        condition = self._server_condition(table, found, rows)
        within = f"({condition}) and " if condition else ""
        return bool(
            self._query(f"select 1 from {_name(found.schema)}.{_name(found.name)} where {within}({broken}) limit 1")
        )

    def _server_condition(self, table: Table, found: _Found, rows: Rows) -> str:
        """The rows in the server's own SQL."""
        if rows.whole or table.cursor is None:
            return ""
        own = _name(found.typed[table.cursor.upper()].name)
        parts = []
        for window in rows.windows:
            ends = [
                f"{own} {sign} {_bound(bound)}"
                for sign, bound in ((">=", window.start), ("<", window.end))
                if bound is not None
            ]
            parts.append(f"({' and '.join(ends)})" if ends else f"{own} is not null")
        if rows.values:
            parts.append(f"{own} in ({', '.join(_bound(value) for value in rows.values)})")
        if rows.nulls:
            # What the scanner shows as NULL: a date that is none.
            parts.append(f"({own} is null or {own} < '0001-01-01')")
        return " or ".join(parts)

    def measure(
        self,
        con: duckdb.DuckDBPyConnection,
        table: Table,
        columns: Mapping[str, SourceColumn],
        rows: Rows,
        *,
        keys: bool,
        by: Step | None = None,
    ) -> dict[Bound | None, Measure]:
        """Counted and summed in the view, over nothing but the columns that it takes."""
        found = self._there(table)
        rows = pieces.opened(rows)
        needed = {*table.parity_sums, *((table.cursor,) if table.cursor else ()), *(table.key if keys else ())}
        taken = [found.typed[name.upper()] for name in sorted(needed)] or list(found.typed.values())[:1]
        if found.too_wide & {c.name for c in taken}:
            relation = self._cast_rows(table, found, taken, rows)
            typed = {c.name.upper(): columns[c.name.upper()] for c in taken}
        else:
            relation = self._select(table, found, taken, ", ".join(quoted(c.name) for c in taken), rows)
            typed = found.typed
        paced = bool(self.limits.rows_per_second)
        measured = "measured" if paced else f"({relation}) as measured"
        text = measuring.query(self._dialect, table, typed, measured, "", keys=keys, by=by)
        return measuring.answer(table, self._summed(relation, text) if paced else self._session_rows(text), keys=keys)

    def _summed(self, relation: str, text: str) -> list[tuple[Any, ...]]:
        """What measures the relation, its rows coming batch by batch at the pace that was set."""
        reader = self._stream(relation)
        with duckdb.connect(config={"threads": 1}) as aside:
            streams = Streams("measured", self.limits)
            streams.brake, streams.view = self.streams.brake, "measured"
            streams.open(aside, reader.schema, self._batches(reader))
            try:
                return aside.execute(text).fetchall()
            except duckdb.Error:
                if streams.trouble is None:
                    raise
                raise streams.trouble from None

    def pieces(self, con: duckdb.DuckDBPyConnection, table: Table, rows: int) -> Sequence[str]:
        """Ranges of days of the cursor."""
        if table.cursor is None or measuring.is_serial(table):
            return []
        found = self._there(table)
        own = found.typed[table.cursor.upper()]
        if own.read_as.upper() not in ("TIMESTAMP", "DATE"):
            return []
        moment = f"date({_name(own.name)})"
        counted = self._query(
            f"select cast({moment} as char), count(*) from {_name(found.schema)}.{_name(found.name)}"
            f" where {_name(own.name)} >= '1000-01-01' group by 1"
        )
        return pieces.tokens([(dt.date.fromisoformat(day), count) for day, count in counted], rows)

    # the session

    def _own(self) -> duckdb.DuckDBPyConnection:
        """The session; one that broke is opened anew, with a new view where there was one."""
        if self._broken:
            self._close()
            try:
                self._open(self._address())
            except (duckdb.Error, OSError) as error:
                self._close()
                raise self._failure(error) from None
            self._broken = False
            if self._wants_view:
                self._begin()
        if self._session is None:
            raise ExchangeError(f"交换库 {self.name}（MySQL）没有连接")
        return self._session

    def _there(self, table: Table) -> _Found:
        found = self._find(table)
        if found is None:
            raise ExchangeError(f"{table.id}: 交换库中没有这张表")
        return found

    def _as_query(self, query: str) -> str:
        return f"select * from mysql_query({literal(self.alias)}, {literal(f'{query} /* {self._mark} */')})"

    def _query(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the server itself; outside the view."""
        return self._session_rows(self._as_query(query))

    def _session_rows(self, text: str) -> list[tuple[Any, ...]]:
        with self._watch() as watch:
            try:
                found = self._own().execute(text).fetchall()
            except duckdb.Error as error:
                raise self._failed(error, watch) from None
        if watch.fired:
            raise self._failed(ExchangeError(), watch)
        return found

    def _watch(self) -> Watch:
        return Watch(self.limits.statement_timeout_seconds, self._cancel)

    def _cancel(self) -> None:
        """Stop what the session runs, also where it only waits for the server."""
        session = self._session
        if session is None:
            return
        session.interrupt()
        try:
            killer = session.cursor()
            killer.execute("attach '' as departments_killer (type mysql, secret departments)")
            # The scans of the view run on one connection, queries on another.
            asked = (
                "select cast(id as char) from information_schema.processlist"
                f" where info like '%{self._mark}%' and id <> connection_id()"
            )
            found = killer.execute(f"from mysql_query('departments_killer', {literal(asked)})").fetchall()
            for number in {int(row[0]) for row in found} | ({self._server_id} if self._in_view else set()):
                killer.execute(f"call mysql_execute('departments_killer', 'kill query {number}')").fetchall()
            killer.execute("detach departments_killer")
            killer.close()
        except duckdb.Error:
            return

    def _failed(self, error: Exception, watch: Watch | None) -> ExchangeError:
        """The failure in words; the tables after this one get a new session."""
        failure = self._failure(error)
        if watch is not None and watch.fired:
            failure = ExchangeError(
                f"交换库 {self.name}（MySQL）：语句超过 {self.limits.statement_timeout_seconds} 秒，已取消"
            )
        self._broken = True
        return failure

    def _failure(self, error: Exception) -> ExchangeError:
        said = str(error)
        cause = next((words for pattern, words in _CAUSES if pattern.search(said)), None)
        if cause is None:
            cause = "连不上服务器" if isinstance(error, OSError) else type(error).__name__
        return ExchangeError(f"交换库 {self.name}（MySQL）：{cause}")


def _name(identifier: str) -> str:
    """An identifier in the server's SQL."""
    return "`" + identifier.replace("`", "``") + "`"


def _item(found: _Found, column: SourceColumn) -> str:
    """A column of a query: without this a text whose collation is binary (utf8mb4_bin) would come as bytes."""
    own = _name(column.name)
    if found.typed[column.name.upper()].read_as.upper() != "VARCHAR":
        return own
    return f"convert({own} using utf8mb4) collate utf8mb4_general_ci as {own}"


def _text(value: str) -> str:
    """A string in the server's SQL; backslashes count there."""
    return literal(value.replace("\\", "\\\\"))


def _bound(bound: Bound) -> str:
    return str(bound) if isinstance(bound, int) else f"'{bound.isoformat(sep=' ')}'"


def _by_day(own: str, rows: Rows) -> str:
    """Windows of moments on a column of days: a day is its first moment."""

    def first_day_from(moment: Bound) -> str:
        assert isinstance(moment, dt.datetime)
        later = moment.time() != dt.time(0)
        return f"date '{(moment.date() + dt.timedelta(days=int(later))).isoformat()}'"

    parts = []
    for window in rows.windows:
        ends = [
            f"{own} {sign} {first_day_from(bound)}"
            for sign, bound in ((">=", window.start), ("<", window.end))
            if bound is not None
        ]
        parts.append(f"({' and '.join(ends)})" if ends else f"{own} is not null")
    if rows.values:
        parts.append(f"{own} in ({', '.join(bound_literal(v) for v in rows.values)})")
    if rows.nulls:
        parts.append(f"{own} is null")
    return " or ".join(parts)


def _offset(zone: str) -> str:
    """The present offset of a time zone as the server takes it: times come as the clock on the wall shows them."""
    delta = dt.datetime.now(ZoneInfo(zone)).utcoffset() or dt.timedelta(0)
    minutes = int(delta.total_seconds() // 60)
    return f"{'+' if minutes >= 0 else '-'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"

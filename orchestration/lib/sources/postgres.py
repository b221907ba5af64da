"""An exchange on a PostgreSQL server, read through DuckDB's postgres scanner and measured by the server itself."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.contract import Table
from orchestration.lib.exchange_config import Connection, Secret
from orchestration.lib.sources import measuring
from orchestration.lib.sources.attached import AttachedTables
from orchestration.lib.sources.base import (
    Bound,
    Checksum,
    ExchangeError,
    Measure,
    ReadOtherwiseError,
    Rows,
    SourceColumn,
    Step,
    bound_literal,
    literal,
    quoted,
)
from orchestration.lib.sources.extensions import extension_file

_CATALOG = """
select n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
"""
_KEYS = """
select n.nspname, c.relname, string_agg(a.attname, chr(10))
from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
where i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
  and n.nspname not in ('pg_catalog', 'pg_toast')
group by n.nspname, c.relname, i.indexrelid having bool_and(a.attnotnull)
"""
_LEADING = """
select n.nspname, c.relname, a.attname
from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam
  join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
where m.amname = 'btree' and i.indisvalid and i.indpred is null and n.nspname not in ('pg_catalog', 'pg_toast')
"""
_LENGTH = re.compile(r"(?:character varying|character)\((\d+)\)")
_CAUSES = (
    (re.compile(r"password authentication|authentication failed|role .* does not exist", re.I), "用户名或口令不被接受"),
    (re.compile(r"permission denied", re.I), "没有读取权限"),
    (re.compile(r"timeout|timed out", re.I), "连不上服务器（等待过久）"),
    (re.compile(r"server closed|terminat|connection to server was lost", re.I), "连接中断"),
    (re.compile(r"connect|no such file|could not translate|starting up|shutting down", re.I), "连不上服务器"),
)
BLOCK = 8192
MOST_QUERIES = 4
HUGE = 8
# Into how much of the last piece, which is open, the connections but the last one share.
PAGES_OF_LAST = 4_000


class PostgresReader(AttachedTables):
    """Reads an exchange from PostgreSQL without ever writing to it.

    One connection more than the limit stands idle: it holds the snapshot in which all tables of a group are read.
    A scan is shared out among the connections of one pool; a query runs on one, so pieces are read by several databases
    attached side by side. Only one of the two ways has the limit at a time.
    """

    kind = "postgres"
    rereadable = True
    scan_is_cheap = False
    checksum: Checksum = "md5"
    trouble: ExchangeError | None = None

    def __init__(self, connection: Connection, alias: str = "exchange") -> None:
        super().__init__(connection, alias)
        self._dialect = measuring.PostgresDialect()
        self._leading: set[tuple[str, str, str]] = set()
        self._casts: dict[tuple[str, str], dict[str, str]] = {}
        self._keys: set[tuple[str, str, frozenset[str]]] = set()
        self._held = ""
        self._divided = False  # whether the limit belongs to the connections that read pieces
        self._joined: set[str] = set()  # which connections read the held view in the present transaction

    @classmethod
    def of(cls, uri: str, alias: str = "exchange") -> PostgresReader:
        """A reader of one address, without configuration."""
        return cls(Connection("server", "postgres", ("*",), {"uri": Secret(uri)}), alias)

    def _address(self) -> str:
        """How libpq is told where to go, that it may only read, and how long it may take."""
        from psycopg.conninfo import conninfo_to_dict, make_conninfo

        given = self.connection
        uri = given.text("uri")
        if uri is None and (file := given.text("uri_file")):
            if not Path(file).exists():
                raise ExchangeError(
                    f"交换库 {self.name}（PostgreSQL）的地址文件不存在，请先用 simulator 建库 (--exchange postgres)"
                )
            uri = Path(file).read_text(encoding="utf-8").strip()
        parts = {"host": "host", "port": "port", "dbname": "database", "user": "user", "password": "password"}
        parts |= {"sslmode": "sslmode", "sslrootcert": "sslrootcert"}
        named = {theirs: value for theirs, ours in parts.items() if (value := given.text(ours))}
        limits = self.limits
        options = [
            f"-c statement_timeout={limits.statement_timeout_seconds * 1000}",
            f"-c lock_timeout={limits.lock_wait_seconds * 1000}",
            "-c default_transaction_read_only=on",
            f"-c timezone={self.windows.zone}",
        ]
        before = str(conninfo_to_dict(uri or "").get("options") or "")
        return make_conninfo(
            uri or "",
            **named,
            options=" ".join([before, *options]).strip(),
            connect_timeout=limits.connect_timeout_seconds,
            application_name="shebao-sync",
            client_encoding="UTF8",
        )

    def _query(self, con: duckdb.DuckDBPyConnection, text: str) -> list[Any]:
        return con.execute(f"select * from postgres_query('{self.alias}', {literal(text)})").fetchall()

    def attach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Attach the server read-only; the address, which may hold a password, stays out of errors."""
        try:
            address = self._address()
        except ExchangeError:
            raise
        except Exception as error:  # the driver's text may quote the address
            raise ExchangeError(f"交换库 {self.name}（PostgreSQL）的地址写法不对：{type(error).__name__}") from None
        for attempt in range(self.limits.retries + 1):
            try:
                catalog, keys, leading = self._open(con, address)
                break
            except duckdb.Error as error:
                self.detach(con)
                if attempt == self.limits.retries:
                    raise self._failure(error) from None
                time.sleep(self.limits.retry_wait_seconds)
        self._leading = {(s.upper(), t.upper(), column.upper()) for s, t, column in leading}
        self._keys = {(s.upper(), t.upper(), frozenset(str(columns).upper().split("\n"))) for s, t, columns in keys}
        self._casts = {}
        for schema, table, column, source_type in catalog:
            self._note(schema, table, column, source_type)

    def _open(self, con: duckdb.DuckDBPyConnection, address: str) -> tuple[list[Any], list[Any], list[Any]]:
        """Attach it, and for the reading of pieces once more for each further connection; look at the catalog."""
        con.execute(f"load {literal(str(extension_file('duckdb_extension_postgres_scanner')))}")
        con.execute(f"set pg_connection_limit = {self._most()}")
        con.execute(f"set pg_use_ctid_scan = {'true' if self._most() > 1 else 'false'}")
        con.execute(f"attach {literal(address)} as {self.alias} (type postgres, read_only)")
        self._look(con)
        catalog, keys, leading = (self._query(con, text) for text in (_CATALOG, _KEYS, _LEADING))
        for alias in self._aliases()[1:]:
            con.execute(f"attach {literal(address)} as {alias} (type postgres, read_only)")
            self._pool(con, alias, 0)
        self._divided = False
        return catalog, keys, leading

    def _most(self) -> int:
        """How many connections may read; where a pace is to be kept, one."""
        return 1 if self.limits.rows_per_second else max(self.limits.connections, 1)

    def _divide(self, con: duckdb.DuckDBPyConnection, *, into_pieces: bool) -> None:
        """Give the limit to the connections that read pieces, one each, or all of it to the pool of the scan."""
        if self._divided is into_pieces:
            return
        first, *more = self._aliases()
        sizes = {first: 1 if into_pieces else self._most(), **dict.fromkeys(more, 1 if into_pieces else 0)}
        for alias, size in sorted(sizes.items(), key=lambda one: one[1]):  # what is too much is closed first
            self._pool(con, alias, size)
        self._divided = into_pieces

    @staticmethod
    def _pool(con: duckdb.DuckDBPyConnection, alias: str, size: int) -> None:
        """How many connections it may keep; those beyond are closed at once, or when they come back."""
        con.execute(f"from postgres_configure_pool(catalog_name = '{alias}', max_connections = {size})").fetchall()

    def _note(self, schema: str, table: str, column: str, source_type: str) -> None:
        """Keep the server's type; what the scanner would not hand over exactly is cast at the server."""
        place = (schema.upper(), table.upper())
        if place not in self._tables or column.upper() not in self._tables[place][2]:
            return
        length = _LENGTH.fullmatch(source_type)
        found = replace(
            self._tables[place][2][column.upper()],
            source_type=source_type,
            no_nul=True,
            most_characters=int(length[1]) if length else None,
        )
        cast = ""
        if source_type == "numeric":
            # Without precision the scanner makes a double of it.
            found, cast = replace(found, read_as="VARCHAR"), "text"
        elif source_type.startswith("timestamp") and source_type.endswith("with time zone"):
            found, cast = replace(found, read_as="TIMESTAMP"), "timestamp"
        self._tables[place][2][column.upper()] = found
        if cast:
            self._casts.setdefault(place, {})[column] = cast

    def _failure(self, error: Exception) -> ExchangeError:
        """The failure in words; the server's own may hold the address."""
        said = re.sub(r'"[^"]*"', "", str(error))  # the address, whose options are called time-outs too
        cause = next((words for pattern, words in _CAUSES if pattern.search(said)), type(error).__name__)
        return ExchangeError(f"交换库 {self.name}（PostgreSQL）：{cause}")

    def detach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Close the connections to the server."""
        for alias in self._aliases():
            try:
                con.execute(f"detach database if exists {alias}")
            except duckdb.Error:
                continue

    def _aliases(self) -> list[str]:
        """The database, and the others like it that read pieces besides."""
        more = range(2, min(self._most(), MOST_QUERIES) + 1)
        return [self.alias, *(f"{self.alias}_{number}" for number in more)]

    @contextmanager
    def snapshot(self, con: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Hold one repeatable-read transaction open, whose view all transactions within take over."""
        import psycopg

        try:
            holder = psycopg.connect(self._address(), autocommit=True)
        except psycopg.Error as error:
            raise self._failure(error) from None
        try:
            holder.execute("begin isolation level repeatable read read only")
            row = holder.execute("select pg_export_snapshot()").fetchone()
            self._held = str(row[0]) if row else ""
        except psycopg.Error as error:
            holder.close()
            raise ExchangeError(f"交换库 {self.name}（PostgreSQL）的一致性读取开不了：{type(error).__name__}") from None
        try:
            yield
        finally:
            # Should the server be gone, the tables have said so.
            self._held = ""
            holder.close()

    def join(self, con: duckdb.DuckDBPyConnection) -> None:
        """Take over the held view in the transaction that has just begun."""
        self._joined = set()
        self._take_over(con, self.alias)

    def _take_over(self, con: duckdb.DuckDBPyConnection, alias: str) -> None:
        """Each connection has a transaction of its own, whose first statement this must be."""
        if not self._held or alias in self._joined:
            return
        con.execute(f"call postgres_execute('{alias}', {literal(f'set transaction snapshot {literal(self._held)}')})")
        self._joined.add(alias)

    def relation(
        self, con: duckdb.DuckDBPyConnection, table: Table, columns: Sequence[SourceColumn], rows: Rows
    ) -> str:
        """The attached table (read in parallel), or a query on the server where rows are chosen or values cast."""
        schema, name = self._own(table)
        casts = self._casts.get(self._place(table), {})
        wanted = {c.name for c in columns}
        self._divide(con, into_pieces=rows.piece is not None)
        if rows.whole and not wanted & casts.keys():
            return f"(select {', '.join(quoted(c.name) for c in columns)} from {self._attached(table)})"
        items = ", ".join(
            f"{quoted(c.name)}::{casts[c.name]} as {quoted(c.name)}" if c.name in casts else quoted(c.name)
            for c in columns
        )
        base = f"select {items} from {quoted(schema)}.{quoted(name)}"
        if rows.piece:
            return self._piece(con, base, rows.piece)
        condition = measuring.where(self._dialect, table, self._own_columns(table), rows)
        text = f"{base} where {condition}" if condition else base
        return f"(select * from postgres_query('{self.alias}', {literal(text)}))"

    def _piece(self, con: duckdb.DuckDBPyConnection, base: str, piece: str) -> str:
        """A range of pages, read by all connections at once; the last piece has no end."""
        start, end = (int(part) if part else None for part in piece.split("-"))
        assert start is not None
        aliases = self._aliases()
        pages = PAGES_OF_LAST if end is None else end - start
        step = -(-pages // len(aliases))
        parts = []
        for number, alias in enumerate(aliases):
            self._take_over(con, alias)
            low = start + number * step
            text = f"{base} where ctid >= '({low},0)'::tid"
            if end is not None or number + 1 < len(aliases):
                text += f" and ctid < '({low + step if end is None else min(low + step, end)},0)'::tid"
            parts.append(f"select * from postgres_query('{alias}', {literal(text)})")
        return f"({' union all '.join(parts)})"

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
        """Count and sum at the server: first as if no amount were NaN, which is seen from the sum."""
        schema, name = self._own(table)
        condition = measuring.where(self._dialect, table, columns, rows)
        relation = f"{quoted(schema)}.{quoted(name)}"
        newest = self._newest(con, table, columns, relation)
        found: list[Any] = []
        for hopeful in (True, False):
            dialect = measuring.PostgresDialect(hopeful=hopeful, near=newest is not None)
            latest = newest if rows.whole and by is None else None
            text = measuring.query(dialect, table, columns, relation, condition, keys=keys, by=by, newest=latest)
            # Sums come as text: the scanner would make doubles of them.
            exact = ", ".join(f"m{n}::text as m{n}" for n in range(3, 5 + len(table.parity_sums)))
            found = self._query(con, f"select m0, m1, m2, {exact} from ({text}) q")
            none = {
                name for row in found for name, value in zip(table.parity_sums, row[5:], strict=True) if value == "NaN"
            }
            if not none:
                break
            self._read_as_text(table, columns, none)
        return measuring.answer(table, found, keys=keys)

    def _read_as_text(self, table: Table, columns: Mapping[str, SourceColumn], names: set[str]) -> None:
        """The scanner would make 0 of a NaN in an amount: such a column is read as text, which shows it for what it is."""
        place = self._place(table)
        casts = self._casts.setdefault(place, {})
        own = {columns[name.upper()].name for name in names}
        if own <= casts.keys():
            return
        for name in own:
            casts[name] = "text"
            known = self._tables[place][2]
            known[name.upper()] = replace(known[name.upper()], read_as="VARCHAR")
        raise ReadOtherwiseError

    def _newest(
        self, con: duckdb.DuckDBPyConnection, table: Table, columns: Mapping[str, SourceColumn], relation: str
    ) -> dt.datetime | None:
        """The newest cursor, from an index that begins with it; None where there is none, or where a cursor lies far off."""
        if table.cursor is None or (*self._place(table), table.cursor.upper()) not in self._leading:
            return None
        own = columns[table.cursor.upper()]
        if own.source_type != "timestamp without time zone":
            return None
        ends = f"select min({quoted(own.name)}) as a, max({quoted(own.name)}) as b from {relation}"
        first, last = measuring.NEAR
        near = f"a > {bound_literal(first)} and b < {bound_literal(last)}"
        found = self._query(con, f"select b from ({ends}) q where {near}")
        return found[0][0] if found else None

    def unique_key(self, con: duckdb.DuckDBPyConnection, table: Table) -> bool:
        """Whether a unique index on columns that are not null is exactly the key."""
        return (*self._place(table), frozenset(k.upper() for k in table.key)) in self._keys

    def pieces(self, con: duckdb.DuckDBPyConnection, table: Table, rows: int) -> Sequence[str]:
        """Ranges of pages. A row that is updated meanwhile moves: the reading after a break finds it by its cursor."""
        schema, name = self._own(table)
        place = literal(f"{quoted(schema)}.{quoted(name)}")
        found = self._query(
            con,
            f"select (pg_relation_size({place}::regclass) / {BLOCK})::bigint as pages, reltuples::bigint as rows,"
            f" relkind::text as kind from pg_class where oid = {place}::regclass",
        )
        pages, estimate, kind = found[0]
        # One scan, shared out by the scanner to several connections, takes half the time of one stream after the other:
        # only huge tables come in pieces, so that a break costs little. Where a pace is to be kept, it is kept between pieces.
        paced = self.limits.rows_per_second
        if paced and estimate < 0:
            estimate = pages * 60  # never analyzed
        if kind not in ("r", "m") or not pages or estimate <= rows * (1 if paced else HUGE):
            return []
        a_page = max(int(estimate), 0) / pages or 60
        step = max(int(rows / a_page), 1)
        starts = range(0, int(pages), step)
        return [f"{start}-{start + step if start + step < pages else ''}" for start in starts]

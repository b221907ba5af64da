"""The query gate: the only place that opens the published snapshot, and the one that applies the user's scope.

Each scope gets an in-memory catalogue in which only views exist: one per table that the user may see, already
filtered to the user's rows. The snapshot is attached read-only under a random name, as the scopes are, and a statement
that names a schema, a catalogue, a table function or anything but a plain SELECT is refused before it runs. So a page
cannot see a row out of scope whatever SQL it is given. All scopes share one DuckDB, its memory and its threads.
"""

import json
import os
import re
import secrets
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from dashboards.access import audit
from dashboards.access.roles import ScopeKind, User
from dashboards.repositories import policy, snapshot

_SQL = Path(__file__).parent / "sql"
# More than a city has: bureaus, towns, and whole-city roles. The one that was not asked for longest falls.
_MAX_SCOPES = 256
# Answers that are kept, and the rows of all of them together: those of a hundred people who walk through their pages.
_MAX_CACHED = 20_000
_MAX_CACHED_ROWS = 150_000
_MAX_ROWS = 5000
_BATCH = 1000
_TABLE_FUNCTIONS = {"range", "generate_series", "unnest"}
# The variable that holds a look-up's token while it runs, and the column of what a number leads to.
_WANTED, _FOUND = "wanted_token", "found_token"
_IDENTIFIER = re.compile(r"^[a-z][a-z0-9_]*$")
_TOKEN = re.compile(r"^[0-9a-f]{32}$")

Row = dict[str, Any]


class RefusedError(Exception):
    """The user's role or scope does not allow this; nothing was read."""


class MissingTableError(Exception):
    """The snapshot was published without this table."""


@dataclass(frozen=True)
class Rows:
    """Answer of one query."""

    rows: list[Row]
    snapshot_id: str
    tables: frozenset[str] = field(default_factory=frozenset)

    def one(self) -> Row:
        """The first row, or an empty one."""
        return self.rows[0] if self.rows else {}


@dataclass
class Reads:
    """What a page has read so far: tables by purpose."""

    tables: dict[str, set[str]] = field(default_factory=dict)


_reads: ContextVar[Reads | None] = ContextVar("reads", default=None)


@contextmanager
def noting() -> Iterator[Reads]:
    """Inside, the tables that are read in this thread are noted, so that a page can say what it is made of."""
    found = Reads()
    before = _reads.set(found)
    try:
        yield found
    finally:
        _reads.reset(before)


def _note(purpose: str, tables: Iterable[str]) -> None:
    if (reads := _reads.get()) is not None:
        reads.tables.setdefault(purpose, set()).update(tables)


class _Engine:
    """One DuckDB over one snapshot, which nothing but the snapshot is in reach of."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.alias = f"s{secrets.token_hex(12)}"
        self.columns: dict[str, list[str]] = {}
        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": max(os.cpu_count() or 2, 2), "memory_limit": os.environ.get("SHEBAO_DASHBOARD_MEMORY") or "4GB",
            "autoinstall_known_extensions": False,
        }  # fmt: skip
        self.connection = duckdb.connect(":memory:", config=config)
        path = str(file).replace("'", "''")
        self.connection.execute(f"attach '{path}' as {self.alias} (read_only)")
        self.connection.execute("set enable_external_access = false")
        self.connection.execute("set lock_configuration = true")
        found = self.connection.execute(
            "select table_name, column_name from duckdb_columns() where database_name = ? and schema_name = 'main'"
            " order by table_name, column_index",
            [self.alias],
        ).fetchall()
        for table, column in found:
            self.columns.setdefault(table, []).append(column)


def _forget(engine: _Engine, name: str) -> None:
    """Let go of a scope's catalogue when its last reader is gone."""
    with suppress(duckdb.Error):  # The whole engine may be closed by then.
        engine.connection.cursor().execute(f"detach {name}")


class _ScopedDatabase:
    """The views of one user scope over one snapshot."""

    def __init__(self, engine: _Engine, user: User) -> None:
        self.published = frozenset(engine.columns)
        self.allowed: set[str] = set()
        self.lookups: set[str] = set()
        self._statements: dict[str, frozenset[str]] = {}
        self._name = f"v{secrets.token_hex(12)}"
        self._engine = engine
        self._connection = engine.connection.cursor()
        self._connection.execute(f"attach ':memory:' as {self._name}")
        weakref.finalize(self, _forget, engine, self._name)
        self._make_views(engine.alias, user, engine.columns)

    def _make_views(self, alias: str, user: User, columns: Mapping[str, Sequence[str]]) -> None:
        towns = self._towns(alias, user, columns)
        for table, names in columns.items():
            if table in policy.FOLLOWS:
                continue
            condition = policy.row_filter(user, table, names, towns)
            if condition is not None and table in policy.LOOKUPS:
                self._lookup_view(alias, table, names, condition, user)
            elif condition is not None:
                shown = ", ".join(f'"{name}"' for name in policy.visible_columns(user, names))
                self._view(table, f'select {shown} from {alias}.main."{table}" where {condition}')
        for table, (leader, keys) in policy.FOLLOWS.items():
            if table in columns and leader in self.allowed:
                join = " and ".join(f"f.{key} = e.{key}" for key in keys)
                self._view(
                    table,
                    f'select e.* from {alias}.main."{table}" e where exists (select 1 from {self._name}.main.{leader} f where {join})',
                )
        for name, (table, template) in policy.DERIVED.items():
            if table not in columns:
                continue
            condition = self._derived_condition(user, table, columns[table], towns)
            if condition is not None:
                source = f'(select * from {alias}.main."{table}" where {condition})'
                self._view(name, template.format(source=source))
        if "rule" in self.allowed and user.scope.kind is not ScopeKind.CITY:
            self._scope_rule_counts(alias, columns["rule"])

    def _lookup_view(self, alias: str, table: str, names: Sequence[str], condition: str, user: User) -> None:
        """Only the rows of the token that a look-up sets in its own cursor; without one there are none."""
        shown = [f'"{name}"' for name in policy.visible_columns(user, names)]
        if table in policy.LEADS_TO:
            shown.append(f"{policy.LEADS_TO[table]} as {_FOUND}")
        token = f"{policy.LOOKUPS[table]} = getvariable('{_WANTED}')"
        self._connection.execute(
            f'create or replace view {self._name}.main."{table}" as'
            f' select {", ".join(shown)} from {alias}.main."{table}" where ({condition}) and {token}'
        )
        self.lookups.add(table)

    def _scope_rule_counts(self, alias: str, names: Sequence[str]) -> None:
        """The catalogue is for all, its counts are the whole city's: others get their own, or none."""
        own = {}
        if "agg_finding" in self.allowed:
            own["open_count"] = (
                f"{self._name}.main.agg_finding a where a.rule_id = r.rule_id and a.state <> 'resolved'",
                "finding_count",
            )
        if "list_count" in self.allowed:
            own["row_count"] = (
                f"{self._name}.main.list_count a where a.rule_id = r.rule_id and not r.ledger",
                "row_count",
            )
        counted = []
        for name in ("open_count", "new_count", "resolved_count", "row_count"):
            if name in names:
                source, counter = own.get(name, ("", ""))
                mine = f"(select coalesce(sum(a.{counter}), 0)::bigint from {source})" if source else "null::bigint"
                counted.append(f"{mine} as {name}")
        replaced = f" replace ({', '.join(counted)})" if counted else ""
        self._view("rule", f"select r.*{replaced} from {alias}.main.rule r")

    @staticmethod
    def _derived_condition(user: User, table: str, names: Sequence[str], towns: Sequence[str]) -> str | None:
        if table in policy.OPERATION_ROWS:
            return "true" if user.scope.kind in (ScopeKind.CITY, ScopeKind.NONE) else None
        return None if user.scope.kind is ScopeKind.NONE else policy.area_filter(user, names, towns)

    def _towns(self, alias: str, user: User, columns: Mapping[str, Sequence[str]]) -> list[str]:
        if user.scope.kind is not ScopeKind.BUREAU or "mtr_collection_rate" not in columns:
            return []
        marks = ", ".join("?" for _ in user.scope.codes)
        found = self._connection.execute(
            f"select distinct area_code from {alias}.main.mtr_collection_rate"
            f" where level = 'town' and parent_code in ({marks})",
            list(user.scope.codes),
        ).fetchall()
        return [row[0] for row in found]

    def _view(self, name: str, body: str) -> None:
        self._connection.execute(f'create or replace view {self._name}.main."{name}" as {body}')
        self.allowed.add(name)

    def tables_of(self, sql: str) -> frozenset[str]:
        """Tables that a statement reads; refuses whatever is not a plain SELECT over the views."""
        if sql not in self._statements:
            self._statements[sql] = _inspect(self._connection, sql)
        return self._statements[sql]

    def run(self, sql: str, params: Mapping[str, Any], token: str | None = None) -> list[Row]:
        cursor = self._cursor()
        try:
            if token is not None:
                cursor.execute(f"set variable {_WANTED} = ?", [token])
            result = cursor.execute(sql, dict(params) if params else None)
            names = [column[0] for column in result.description or []]
            return [dict(zip(names, row, strict=True)) for row in result.fetchmany(_MAX_ROWS)]
        finally:
            cursor.close()

    def walk(self, sql: str, params: Mapping[str, Any], limit: int) -> Iterator[Row]:
        """Rows in small batches."""
        cursor = self._cursor()
        try:
            result = cursor.execute(sql, dict(params) if params else None)
            names = [column[0] for column in result.description or []]
            left = limit
            while left > 0 and (batch := result.fetchmany(min(_BATCH, left))):
                left -= len(batch)
                for row in batch:
                    yield dict(zip(names, row, strict=True))
        finally:
            cursor.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own that sees this scope's views by their names."""
        cursor = self._engine.connection.cursor()
        cursor.execute(f"use {self._name}")
        return cursor


def _inspect(connection: duckdb.DuckDBPyConnection, sql: str) -> frozenset[str]:
    answer = connection.cursor().execute("select json_serialize_sql(?::varchar)", [sql]).fetchone()
    tree = json.loads(answer[0]) if answer else {"error": True}
    if tree.get("error") or len(tree.get("statements", [])) != 1:
        raise RefusedError("not a single SELECT")
    tables: set[str] = set()
    local: set[str] = set()
    _walk(tree, tables, local)
    return frozenset(tables - local)


def _walk(node: Any, tables: set[str], local: set[str]) -> None:
    if isinstance(node, list):
        for item in node:
            _walk(item, tables, local)
        return
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if kind == "BASE_TABLE":
        if node.get("schema_name") or node.get("catalog_name"):
            raise RefusedError("a query names tables without schema")
        tables.add(str(node["table_name"]).lower())
    elif kind in ("TABLE_FUNCTION", "SHOW_REF"):
        name = (node.get("function") or {}).get("function_name", "")
        if name not in _TABLE_FUNCTIONS:
            raise RefusedError(f"table function {name!r} is not for queries")
    if isinstance(node.get("cte_map"), dict):
        local.update(str(entry["key"]).lower() for entry in node["cte_map"].get("map", []))
    for value in node.values():
        _walk(value, tables, local)


class Gate:
    """Answers named queries for a user. One per process."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._engine: _Engine | None = None
        self._databases: OrderedDict[tuple[str, str], _ScopedDatabase] = OrderedDict()
        self._cache: OrderedDict[tuple[Any, ...], list[Row]] = OrderedDict()
        self._cached_rows = 0

    def query(
        self,
        user: User,
        purpose: str,
        name: str,
        params: Mapping[str, Any] | None = None,
        *,
        table: str | None = None,
        cached: bool = True,
    ) -> Rows:
        """Answer `repositories/sql/<name>.sql`. `table` fills the one {table} of a query over any rule's table.

        `cached` is False where parameters are somebody's list: neither they nor the answer are kept, nor is what a
        person typed into a search (parameter `search`), which may be an id number.
        """
        params = params or {}
        sql = _filled(name, table)
        return self.query_text(user, purpose, name if table is None else f"{name}:{table}", sql, params, cached=cached)

    def look_up(self, user: User, purpose: str, name: str, token: str, params: Mapping[str, Any] | None = None) -> Rows:
        """Answer a named query over the records of the one person of this token; nothing of it is kept in the cache."""
        started = time.perf_counter()
        if not _TOKEN.match(token):
            raise RefusedError("not a token")
        sql, now = _text(name), snapshot.current()
        with self._lock:
            database = self._database(now, user)
            tables = self._check(user, purpose, name, database, sql, looks_up=True)
            _note(purpose, tables)
        rows = database.run(sql, params or {}, token)
        milliseconds = round((time.perf_counter() - started) * 1000)
        audit.record_query(user, purpose, name, tables, len(rows), now.snapshot_id, milliseconds)
        return Rows(rows, now.snapshot_id, tables)

    def query_text(
        self, user: User, purpose: str, name: str, sql: str, params: Mapping[str, Any], *, cached: bool = True
    ) -> Rows:
        """Answer any SELECT; the scope holds just the same. Pages use query()."""
        started = time.perf_counter()
        now = snapshot.current()
        with self._lock:
            database = self._database(now, user)
            tables = self._check(user, purpose, name, database, sql)
            _note(purpose, tables)
            cached = cached and params.get("search") is None
            key = (now.snapshot_id, user.role, user.scope.key, sql, _frozen(params))
            rows = self._cache.get(key) if cached else None
            if rows is not None:
                self._cache.move_to_end(key)
        if rows is None:
            rows = database.run(sql, params)
            if cached:
                self._keep(key, rows)
        milliseconds = round((time.perf_counter() - started) * 1000)
        audit.record_query(user, purpose, name, tables, len(rows), now.snapshot_id, milliseconds)
        return Rows([dict(row) for row in rows], now.snapshot_id, tables)

    def stream(
        self, user: User, purpose: str, name: str, params: Mapping[str, Any], *, table: str | None = None, limit: int
    ) -> Iterator[Row]:  # fmt: skip
        """Answer a query row by row, for files; at most `limit` rows are ever in it. Checked now, logged when it ends."""
        sql = _filled(name, table)
        now = snapshot.current()
        logged_name = name if table is None else f"{name}:{table}"
        with self._lock:
            database = self._database(now, user)
            tables = self._check(user, purpose, logged_name, database, sql)
        return self._streamed(user, purpose, logged_name, database, tables, now.snapshot_id, sql, params, limit)

    @staticmethod
    def _streamed(
        user: User, purpose: str, name: str, database: _ScopedDatabase, tables: frozenset[str], snapshot_id: str, sql: str,
        params: Mapping[str, Any], limit: int,
    ) -> Iterator[Row]:  # fmt: skip
        started, given = time.perf_counter(), 0
        try:
            for row in database.walk(sql, params, limit):
                given += 1
                yield row
        finally:
            milliseconds = round((time.perf_counter() - started) * 1000)
            audit.record_query(user, purpose, name, tables, given, snapshot_id, milliseconds)

    def has(self, user: User, table: str) -> bool:
        """Whether the current snapshot has this table and the user may read it."""
        return table in self.among(user, {table})

    def among(self, user: User, tables: Set[str]) -> Set[str]:
        """Those of the tables that the current snapshot has and the user may read."""
        now = snapshot.current()
        with self._lock:
            database = self._database(now, user)
            return tables & (database.allowed | database.lookups)

    def _keep(self, key: tuple[Any, ...], rows: list[Row]) -> None:
        """Keep an answer, and let go of those that were not asked for longest."""
        with self._lock:
            self._cached_rows += len(rows) - len(self._cache.pop(key, ()))
            self._cache[key] = rows
            while len(self._cache) > _MAX_CACHED or self._cached_rows > _MAX_CACHED_ROWS:
                self._cached_rows -= len(self._cache.popitem(last=False)[1])

    def _check(
        self, user: User, purpose: str, name: str, database: _ScopedDatabase, sql: str, *, looks_up: bool = False
    ) -> frozenset[str]:
        try:
            if user.must_wait:
                raise RefusedError(
                    "the first password has to be changed, or the consent signed, before anything is read"
                )
            tables = database.tables_of(sql)
            forbidden = tables - database.allowed - (database.lookups if looks_up else set())
            unknown = {table for table in forbidden if table not in database.published and table not in policy.DERIVED}
            if unknown:
                raise MissingTableError(", ".join(sorted(unknown)))
            if forbidden:
                raise RefusedError(f"not for {user.role}: {', '.join(sorted(forbidden))}")
        except RefusedError:
            audit.record_refused_query(user, purpose, name)
            raise
        return tables

    def _database(self, now: snapshot.Snapshot, user: User) -> _ScopedDatabase:
        engine = self._open(now)
        key = (user.role, user.scope.key)
        if key not in self._databases:
            self._databases[key] = _ScopedDatabase(engine, user)
            while len(self._databases) > _MAX_SCOPES:
                self._databases.popitem(last=False)
        self._databases.move_to_end(key)
        return self._databases[key]

    def _open(self, now: snapshot.Snapshot) -> _Engine:
        if self._engine is None or self._engine.file != now.file:
            # An old snapshot is dropped from here, but closed only by its last reader: a page may still be reading.
            self._forget_scopes()
            self._engine = _Engine(now.file)
        return self._engine

    def _forget_scopes(self) -> None:
        self._databases.clear()
        self._cache.clear()
        self._cached_rows = 0

    def warm_up(self, users: Iterable[User] = ()) -> None:
        """Open the snapshot, when there is one, and make the scopes of these users, before anybody asks."""
        with suppress(snapshot.NoSnapshotError):
            now = snapshot.current()
            with self._lock:
                self._open(now)
            for user in users:
                with self._lock:
                    if len(self._databases) < _MAX_SCOPES:
                        self._database(now, user)

    def clear(self) -> None:
        """Forget everything; for tests that change the snapshot under one name."""
        with self._lock:
            self._forget_scopes()
            if self._engine is not None:
                self._engine.connection.close()
                self._engine = None


_texts: dict[str, str] = {}


def _text(name: str) -> str:
    if not _IDENTIFIER.match(name):
        raise RefusedError("not a query name")
    if name not in _texts:
        _texts[name] = (_SQL / f"{name}.sql").read_text(encoding="utf-8")
    return _texts[name]


def _filled(name: str, table: str | None) -> str:
    sql = _text(name)
    if table is None:
        return sql
    if not _IDENTIFIER.match(table):
        raise RefusedError("not a table name")
    return sql.replace("{table}", table)


def _frozen(params: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple((key, tuple(value) if isinstance(value, list) else value) for key, value in sorted(params.items()))


gate = Gate()

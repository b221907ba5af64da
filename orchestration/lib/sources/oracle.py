"""An exchange on Oracle, read with python-oracledb in thin mode (no Oracle client needed), batch by batch as Arrow.

A group of tables is read in one SET TRANSACTION READ ONLY on one connection: one view without any privilege but SELECT, and
no way to write. Numbers come as decimals or, where the column has no precision, as text made by the server; never as doubles.
Thin mode needs Oracle 12.1 or later; the SQL needs 12.2. What has never met a real server is listed in docs/sources.md.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

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
    literal,
    quoted,
)
from orchestration.lib.sources.oracle_sql import OracleColumn, OracleDialect
from orchestration.lib.sources.stream import Streams

# The server's words quote values and names; only these are told, by their number.
_CAUSES = {
    "ORA-01017": "用户名或口令不被接受",
    "ORA-28000": "账户被锁定",
    "ORA-28001": "口令已过期",
    "ORA-00942": "表或视图不存在，或没有读取权限",
    "ORA-01031": "没有读取权限",
    "ORA-01555": "读取时间过长，一致性视图已失效（快照过旧）",
    "ORA-01652": "对方临时表空间不足",
    "ORA-12514": "服务名不存在",
    "ORA-00054": "对象被锁定",
    "DPY-4024": "语句超过时限，已取消",
    "DPY-3010": "数据库版本过旧，thin 模式不支持（需要 12.1 及以上）",
    "DPY-3015": "账户只有旧式口令校验，thin 模式不支持（需由对方重设口令）",
    "DPY-4005": "连接池已满",
    "DPY-4011": "连接中断",
    "DPY-6000": "连接被拒绝",
    "DPY-6001": "服务名不存在",
    "DPY-6005": "连不上服务器",
}
# After these the connection is worth nothing.
_BROKEN = (
    "DPY-4011",
    "DPY-4024",
    "DPY-1001",
    "ORA-03113",
    "ORA-03114",
    "ORA-03135",
    "ORA-00028",
    "ORA-01012",
    "ORA-02396",
)
_HOPELESS = ("ORA-01017", "ORA-28000", "ORA-28001", "DPY-3010", "DPY-3015")
SESSION = (
    "alter session set nls_numeric_characters = '.,'",
    "alter session set nls_sort = binary",
    "alter session set nls_comp = binary",
)


class OracleReader:
    """Reads one Oracle database without ever writing to it."""

    kind = "oracle"
    rereadable = False
    scan_is_cheap = False
    checksum: Checksum = "md5"

    def __init__(self, connection: Connection, alias: str = ALIAS, driver: Any = None) -> None:
        self.connection = connection
        self.name = connection.name
        self.alias = alias
        self.limits = connection.limits
        self.windows = connection.windows
        self.streams = Streams(alias, connection.limits)
        self._driver = driver
        self._pool: Any = None
        self._held: Any = None  # the connection of the view
        self._wants_view = False
        self._utf8 = True
        self._tables: dict[str, dict[str, OracleColumn]] = {}

    def __repr__(self) -> str:
        return f"OracleReader({self.name!r}, <address hidden>)"

    @property
    def trouble(self) -> ExchangeError | None:
        """What broke the stream."""
        return self.streams.trouble

    # connecting

    def attach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Make the pool and see that the server answers."""
        if self._driver is None:
            import oracledb

            self._driver = oracledb
        address = self.connection
        options: dict[str, Any] = {
            "user": address.required("user"),
            "password": address.required("password"),
            "dsn": address.required("dsn"),
            "min": 0,
            "max": self.limits.connections,
            "increment": 1,
            "getmode": self._driver.POOL_GETMODE_TIMEDWAIT,
            "wait_timeout": self.limits.connect_timeout_seconds * 1000,
            "tcp_connect_timeout": float(self.limits.connect_timeout_seconds),
            "expire_time": 2,  # minutes between probes, so that a firewall does not forget a slow fetch
            "program": "shebao-warehouse",
            "session_callback": self._prepare,
        }
        if address.address.get("drcp"):
            options |= {"server_type": "pooled", "cclass": "SHEBAO", "purity": self._driver.PURITY_SELF}
        if wallet := address.text("wallet_folder"):
            options |= {"wallet_location": wallet, "config_dir": wallet}
        if wallet_password := address.text("wallet_password"):
            options["wallet_password"] = wallet_password
        try:
            self._pool = self._driver.create_pool(**options)
        except (self._driver.Error, TypeError, ValueError) as error:
            raise self._failure(error) from None
        found = self._ask("select value from nls_database_parameters where parameter = 'NLS_CHARACTERSET'")
        self._utf8 = bool(found) and found[0][0] in ("AL32UTF8", "UTF8")

    def detach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Close everything."""
        self.streams.close(con)
        self._tables.clear()
        self._let_go()
        pool, self._pool = self._pool, None
        if pool is not None:
            with suppress(Exception):
                pool.close(force=True)

    def _prepare(self, session: Any, tag: str | None) -> None:
        """Once for each new session: how it writes numbers, compares text and tells time."""
        with session.cursor() as cursor:
            for statement in SESSION:
                cursor.execute(statement)
            cursor.execute(f"alter session set time_zone = {literal(self.windows.zone)}")

    @contextmanager
    def _session(self) -> Iterator[Any]:
        """The connection of the view, or one from the pool for as long as it is needed."""
        if self._wants_view and self._held is None:
            self._hold()
        if self._held is not None:
            try:
                yield self._held
            except Exception as error:
                if self._is_broken(error):
                    self._let_go(drop=True)  # the next table gets a new connection, and a new view
                raise
            return
        session = self._acquire()
        broken = False
        try:
            yield session
        except Exception as error:
            broken = self._is_broken(error)
            raise
        finally:
            with suppress(Exception):
                (self._pool.drop if broken else self._pool.release)(session)

    def _acquire(self) -> Any:
        """A connection, asked for again when the server is away for a moment."""
        if self._pool is None:
            raise ExchangeError(f"交换库 {self.name}（Oracle）没有连接")
        for attempt in range(self.limits.retries + 1):
            try:
                session = self._pool.acquire()
                session.call_timeout = self.limits.statement_timeout_seconds * 1000
                return session
            except self._driver.Error as error:
                if attempt == self.limits.retries or _code(error) in _HOPELESS:
                    raise self._failure(error) from None
                time.sleep(self.limits.retry_wait_seconds)
        raise AssertionError("not reached")

    # one view

    @contextmanager
    def snapshot(self, con: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Everything within is read as of one moment, measuring too."""
        self._wants_view = True
        try:
            self._hold()
            yield
        finally:
            self._wants_view = False
            self._let_go()

    def join(self, con: duckdb.DuckDBPyConnection) -> None:
        """Nothing to do: the view is the connection's transaction."""

    def _hold(self) -> None:
        session = self._acquire()
        try:
            session.rollback()
            with session.cursor() as cursor:
                cursor.execute("set transaction read only")
        except self._driver.Error as error:
            with suppress(Exception):
                self._pool.drop(session)
            raise self._failure(error) from None
        self._held = session

    def _let_go(self, *, drop: bool = False) -> None:
        session, self._held = self._held, None
        if session is None:
            return
        with suppress(Exception):
            if drop:
                self._pool.drop(session)
            else:
                session.rollback()
                self._pool.release(session)

    # what is there

    def columns(self, con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, SourceColumn]:
        """Columns as the dictionary has them; kinds that cannot be read (objects, XML) are left out."""
        shown = {name: column.shown() for name, column in self._find(table).items()}
        return {name: column for name, column in shown.items() if column is not None}

    def _find(self, table: Table) -> dict[str, OracleColumn]:
        if table.id not in self._tables:
            rows = self._ask(
                "select column_name, data_type, data_precision, data_scale from all_tab_columns"
                " where upper(owner) = upper(:owner) and upper(table_name) = upper(:name) order by column_id",
                {"owner": self.connection.schema_of(table.exchange_schema), "name": table.name},
            )
            self._tables[table.id] = {
                str(name).upper(): OracleColumn(str(name), str(kind).upper(), _int(precision), _int(scale), self._zone)
                for name, kind, precision, scale in rows
            }
        return self._tables[table.id]

    @property
    def _zone(self) -> str:
        return self.windows.zone

    def _relation(self, table: Table) -> str:
        """Owner and table as the server spells them (upper case unless it was made otherwise)."""
        return f"{quoted(self.connection.schema_of(table.exchange_schema).upper())}.{quoted(table.name.upper())}"

    def _dialect(self, table: Table) -> OracleDialect:
        return OracleDialect(self._find(table), utf8=self._utf8)

    def _where(self, table: Table, columns: Mapping[str, SourceColumn], rows: Rows) -> str:
        if rows.whole:
            return ""
        if table.cursor is None:
            raise ValueError(f"{table.id} has no cursor to choose rows by")
        own = columns[table.cursor.upper()]
        return self._dialect(table).where(own, table.column(table.cursor), rows)

    def unique_key(self, con: duckdb.DuckDBPyConnection, table: Table) -> bool:
        """Whether an enabled, validated primary key covers exactly the key."""
        rows = self._ask(
            "select c.constraint_name, k.column_name from all_constraints c join all_cons_columns k"
            " on k.owner = c.owner and k.constraint_name = c.constraint_name"
            " where c.constraint_type = 'P' and c.status = 'ENABLED' and c.validated = 'VALIDATED'"
            " and upper(c.owner) = upper(:owner) and upper(c.table_name) = upper(:name)",
            {"owner": self.connection.schema_of(table.exchange_schema), "name": table.name},
        )
        return sorted(str(column).upper() for _, column in rows) == sorted(k.upper() for k in table.key)

    # reading

    def relation(
        self, con: duckdb.DuckDBPyConnection, table: Table, columns: Sequence[SourceColumn], rows: Rows
    ) -> str:
        """A stream of the rows; it can be read once."""
        found = self._find(table)
        if not found:
            raise ExchangeError(f"{table.id}: 交换库中没有这张表")
        rows = pieces.opened(rows)
        chosen = [found[c.name.upper()] for c in columns]
        items = ", ".join(f"{c.expression} as {quoted(c.name)}" for c in chosen)
        text = f"select {items} from {self._relation(table)}"
        if condition := self._where(table, self.columns(con, table), rows):
            text += f" where {condition}"
        schema = pa.schema([pa.field(c.name, _arrow(c)) for c in chosen])
        return self.streams.open(con, schema, self._batches(text, schema))

    def _batches(self, text: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Rows of a query. Until the first of them came, a broken connection is tried anew."""
        attempt = 0
        while True:
            came = False
            try:
                with self._session() as session:
                    for frame in session.fetch_df_batches(
                        text, size=self.streams.batch_rows, fetch_decimals=True, requested_schema=schema
                    ):
                        batches = pa.table(frame).cast(schema).to_batches()
                        came = came or bool(batches)
                        yield from batches
                return
            except ExchangeError:
                raise
            except (self._driver.Error, pa.ArrowException) as error:
                attempt += 1
                if came or attempt > self.limits.retries or not self._is_broken(error) or _code(error) == "DPY-4024":
                    raise self._failure(error) from None
                time.sleep(self.limits.retry_wait_seconds)

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
        """Counted and summed by the server, in the view."""
        rows = pieces.opened(rows)
        condition = self._where(table, columns, rows)
        text = measuring.query(self._dialect(table), table, columns, self._relation(table), condition, keys=keys, by=by)
        return measuring.answer(table, self._ask(text), keys=keys)

    def pieces(self, con: duckdb.DuckDBPyConnection, table: Table, rows: int) -> Sequence[str]:
        """Ranges of days of the cursor."""
        if table.cursor is None or measuring.is_serial(table):
            return []
        cursor = self._find(table)[table.cursor.upper()]
        if cursor.read_as != "TIMESTAMP":
            return []
        day = f"trunc({cursor.expression})"
        counted = self._ask(f"select {day}, count(*) from {self._relation(table)} group by {day}")
        return pieces.tokens([(None if d is None else d.date(), int(count)) for d, count in counted], rows)

    def _ask(self, text: str, binds: dict[str, str] | None = None) -> list[tuple[Any, ...]]:
        try:
            with self._session() as session, session.cursor() as cursor:
                cursor.execute(text, binds or {}, fetch_decimals=True)
                return list(cursor.fetchall())
        except self._driver.Error as error:
            raise self._failure(error) from None

    # failures

    def _is_broken(self, error: Exception) -> bool:
        return _code(error) in _BROKEN or bool(getattr(_detail(error), "isrecoverable", False))

    def _failure(self, error: Exception) -> ExchangeError:
        """What happened, by its number; the server's own words stay behind."""
        code = _code(error)
        cause = _CAUSES.get(code) or code or type(error).__name__
        number = f"（{code}）" if code and code in _CAUSES else ""
        return ExchangeError(f"交换库 {self.name}（Oracle）：{cause}{number}")


def _detail(error: Exception) -> Any:
    return error.args[0] if error.args else None


def _code(error: Exception) -> str:
    return str(getattr(_detail(error), "full_code", None) or "")


def _int(value: Any) -> int | None:
    return None if value is None else int(value)


def _arrow(column: OracleColumn) -> pa.DataType:
    """The Arrow type to ask for."""
    kind = column.read_as
    if kind is None:
        raise ExchangeError(f"列 {column.name} 的类型 {column.data_type} 无法读取")
    if kind.startswith("DECIMAL"):
        assert column.precision is not None
        assert column.scale is not None
        return pa.decimal128(column.precision, column.scale)
    if kind == "TIMESTAMP":
        return pa.timestamp("us")
    return {"DOUBLE": pa.float64(), "BLOB": pa.large_binary(), "VARCHAR": pa.large_string()}[kind]

"""A recording stand-in for python-oracledb's public interface over rows held in DuckDB; no Oracle server can be had here.

It checks calls against the real driver's signatures, maps types as the driver's documentation says (a NUMBER is a double
unless decimals are asked for, a requested schema is honoured or refused), and runs the reader's Oracle SQL in DuckDB with a
few macros and substitutions. So it shows that the reader's plumbing is right; that a real Oracle takes the SQL, it cannot show.
"""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import duckdb
import oracledb
import pyarrow as pa

MACROS = """
create macro trunc(m) as (m)::timestamp::date, (m, part) as date_trunc(if(part = 'MM', 'month', 'day'), (m)::timestamp)::date;
create macro ora_second(t) as (extract(microseconds from t) / 1000000)::decimal(18, 6);
create macro standard_hash(x, kind) as md5(x);
create macro rawtohex(x) as upper(x);
create macro regexp_like(x, pattern) as regexp_matches(x, pattern);
create macro to_date(x, pattern) as x::timestamp;
create macro to_number(x) as (x)::decimal(38, 6), (x, pattern) as ('0x' || x)::ubigint::hugeint;
create macro to_char(x, pattern) as case
    when pattern = 'YYYYMMDD' then strftime(try_cast(x::varchar as timestamp), '%Y%m%d')
    when pattern = 'YYYY-MM-DD HH24:MI:SS.FF6' then strftime(try_cast(x::varchar as timestamp), '%Y-%m-%d %H:%M:%S.%f')
    when pattern = 'TM9' and contains(x::varchar, '.')
        then nullif(regexp_replace(rtrim(rtrim(x::varchar, '0'), '.'), '^(-?)0\\.', '\\1.'), '')
    else x::varchar end;
create table dual as select 'X' as dummy;
create table nls_database_parameters as select 'NLS_CHARACTERSET' as parameter, 'AL32UTF8' as value;
create table all_tab_columns (owner varchar, table_name varchar, column_name varchar, data_type varchar,
    data_precision integer, data_scale integer, column_id integer);
create table all_constraints (owner varchar, table_name varchar, constraint_name varchar, constraint_type varchar,
    status varchar, validated varchar);
create table all_cons_columns (owner varchar, constraint_name varchar, column_name varchar);
"""

# Oracle's spelling where a macro cannot serve.
RESPELLED = (
    (re.compile(r"extract\(second from"), "ora_second("),
    (re.compile(r"to_timestamp\((.*?) default null on conversion error, '[^']*'\)"), r"try_cast(\1 as timestamp)"),
    (re.compile(r"(\S+) is not nan and \S+ is not infinite"), r"isfinite(\1)"),
    (re.compile(r"\bfrom dual\b"), "from dual"),
)
_HASHED = re.compile(r"standard_hash\((.*?), 'MD5'\)")


def error(code: str, *, recoverable: bool = False) -> oracledb.DatabaseError:
    """What the driver raises; the words quote what must never be shown."""
    text = f"{code}: value 'geheim' of reader/geheim@jhk.example is wrong"
    return oracledb.DatabaseError(SimpleNamespace(full_code=code, message=text, isrecoverable=recoverable))


class FakeOracle:
    """The module and the server in one."""

    Error = oracledb.Error
    POOL_GETMODE_TIMEDWAIT = oracledb.POOL_GETMODE_TIMEDWAIT
    PURITY_SELF = oracledb.PURITY_SELF

    def __init__(self) -> None:
        self.server = duckdb.connect()
        self.server.execute(MACROS)
        self.calls: list[str] = []  # what the server was asked to do
        self.pools: list[FakePool] = []
        # What goes wrong, in order: (where, error); where is acquire, execute, or fetch:<number of batches before it>.
        self.faults: list[tuple[str, Exception]] = []

    def create_pool(self, **options: Any) -> FakePool:
        """Refuses what the real one does not know."""
        inspect.signature(oracledb.create_pool).bind(**options)
        oracledb.PoolParams(**{k: v for k, v in options.items() if k not in ("dsn", "pool_class")})
        pool = FakePool(self, options)
        self.pools.append(pool)
        return pool

    def table(self, owner: str, name: str, columns: dict[str, str], rows: list[tuple[Any, ...]]) -> None:
        """Make a table; its columns in Oracle's types. An empty text is NULL there."""
        self.server.execute(f'create schema if not exists "{owner}"')
        kinds = []
        for position, (column, kind) in enumerate(columns.items(), 1):
            found = re.fullmatch(r"NUMBER(?:\((\d+)(?:,\s*(-?\d+))?\))?", kind)
            precision = int(found[1]) if found and found[1] else None
            scale = int(found[2] or 0) if found and found[1] else None
            plain = "NUMBER" if found else re.sub(r"^(VARCHAR2|NVARCHAR2|CHAR|NCHAR|RAW)\(.*\)$", r"\1", kind)
            self.server.execute(
                "insert into all_tab_columns values (?, ?, ?, ?, ?, ?, ?)",
                [owner, name, column, plain, precision, scale, position],
            )
            kinds.append(f'"{column}" {_stored(plain, precision, scale)}')
        self.server.execute(f'create table "{owner}"."{name}" ({", ".join(kinds)})')
        for row in rows:
            marks = ", ".join("?" for _ in row)
            self.server.execute(
                f'insert into "{owner}"."{name}" values ({marks})', [None if v == "" else v for v in row]
            )

    def fail(self, where: str, code: str, *, recoverable: bool = False) -> None:
        """The next time something happens there, it goes wrong."""
        self.faults.append((where, error(code, recoverable=recoverable)))

    def trip(self, where: str) -> None:
        if self.faults and self.faults[0][0] == where:
            raise self.faults.pop(0)[1]


class FakePool:
    """oracledb.ConnectionPool as far as it is used."""

    def __init__(self, driver: FakeOracle, options: dict[str, Any]) -> None:
        self.driver = driver
        self.options = options
        self.idle: list[FakeConnection] = []
        self.busy: list[FakeConnection] = []
        self.dropped = 0
        self.closed = False

    def acquire(self) -> FakeConnection:
        self.driver.trip("acquire")
        if len(self.busy) >= self.options["max"]:
            raise error("DPY-4005")
        if self.idle:
            session = self.idle.pop()
        else:
            session = FakeConnection(self.driver)
            self.options["session_callback"](session, None)
        self.busy.append(session)
        return session

    def release(self, session: FakeConnection) -> None:
        session.rollback()
        self.busy.remove(session)
        self.idle.append(session)

    def drop(self, session: FakeConnection) -> None:
        self.busy.remove(session)
        self.dropped += 1

    def close(self, force: bool = False) -> None:
        assert force or not self.busy
        self.closed = True


class FakeConnection:
    """oracledb.Connection as far as it is used; each has a connection of its own to the server's rows."""

    def __init__(self, driver: FakeOracle) -> None:
        self.driver = driver
        self.session = driver.server.cursor()
        self.call_timeout = 0
        self.in_transaction = False

    def cursor(self) -> FakeCursor:
        return FakeCursor(self)

    def rollback(self) -> None:
        if self.in_transaction:
            self.session.execute("rollback")
            self.in_transaction = False

    def fetch_df_batches(self, *arguments: Any, **options: Any) -> Iterator[Frame]:
        """As documented: size rows a batch, an empty frame when there are none, types by the requested schema."""
        given = inspect.signature(oracledb.Connection.fetch_df_batches).bind(None, *arguments, **options).arguments
        statement, size, schema = given["statement"], given["size"], given["requested_schema"]
        self.driver.trip("execute")
        # A cursor of its own: a fetch goes on while the connection runs another statement.
        reader = self.run(statement).to_arrow_reader(size)
        sent = 0
        for batch in reader:
            if not batch.num_rows:
                continue
            self.driver.trip(f"fetch:{sent}")
            yield Frame(_typed(pa.Table.from_batches([batch]), schema, bool(given["fetch_decimals"])))
            sent += 1
        self.driver.trip(f"fetch:{sent}")
        if not sent:
            yield Frame(_typed(reader.schema.empty_table(), schema, bool(given["fetch_decimals"])))

    def run(self, statement: str, binds: dict[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
        self.driver.calls.append(statement)
        for pattern, replacement in RESPELLED:
            statement = pattern.sub(replacement, statement)
        statement = _HASHED.sub(lambda m: f"standard_hash(concat({m[1].replace(' || ', ', ')}), 'MD5')", statement)
        statement = re.sub(r":(\w+)\b(?=[\s,)]|$)", r"$\1", statement) if binds else statement
        return self.session.execute(statement, binds) if binds else self.session.execute(statement)


class FakeCursor:
    """oracledb.Cursor as far as it is used."""

    def __init__(self, connection: FakeConnection) -> None:
        self.connection = connection

    def __enter__(self) -> FakeCursor:
        return self

    def __exit__(self, *what: object) -> None:
        return None

    def execute(self, *arguments: Any, **options: Any) -> None:
        given = inspect.signature(oracledb.Cursor.execute).bind(None, *arguments, **options).arguments
        statement = given["statement"]
        if statement.startswith("alter session set"):
            self.connection.driver.calls.append(statement)
            return
        self.connection.driver.trip("execute")
        if statement == "set transaction read only":
            self.connection.driver.calls.append(statement)
            self.connection.session.execute("begin transaction")
            self.connection.in_transaction = True
            return
        self.rows = [
            tuple(
                dt.datetime(v.year, v.month, v.day) if type(v) is dt.date else v for v in row
            )  # a DATE has a time there
            for row in self.connection.run(statement, given.get("parameters") or None).fetchall()
        ]

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.rows


class Frame:
    """oracledb.DataFrame: all that is known of it is Arrow's PyCapsule interface."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


def _stored(kind: str, precision: int | None, scale: int | None) -> str:
    """Where DuckDB keeps values of an Oracle type."""
    if kind == "NUMBER":
        return "decimal(38, 10)" if precision is None else f"decimal({precision}, {scale})"
    if kind == "DATE":
        return "timestamp_s"
    if "TIME ZONE" in kind:
        return "timestamptz"
    if kind.startswith("TIMESTAMP"):
        return "timestamp_ns" if kind in ("TIMESTAMP(7)", "TIMESTAMP(8)", "TIMESTAMP(9)") else "timestamp"
    return {"BINARY_DOUBLE": "double", "RAW": "blob", "BLOB": "blob"}.get(kind, "varchar")


def _typed(table: pa.Table, schema: pa.Schema | None, decimals: bool) -> pa.Table:
    """Types as the driver gives them."""
    if schema is not None:
        return table.rename_columns(schema.names).cast(schema)
    fields = []
    for field in table.schema:
        kind = field.type
        if pa.types.is_decimal(kind) and not decimals:
            kind = pa.float64()
        fields.append(pa.field(field.name, pa.large_string() if pa.types.is_string(kind) else kind))
    return table.cast(pa.schema(fields))

"""What the sync asks of an exchange database: the reader interface, and the words in which it asks.

A reader makes the tables of one exchange database readable in a DuckDB connection, and lets that database itself
count and sum them. It never writes there, and no address, credential or value of a row is in its errors or its repr.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol

import duckdb

from orchestration.lib.contract import Table
from orchestration.lib.exchange_config import Limits, Windows

ALIAS = "exchange"

# A value of a cursor: a moment, or a serial number.
Bound = dt.datetime | int
# Buckets into which a measurement is divided by the cursor: calendar months and days, or runs of serial numbers.
Step = Literal["month", "day"]
SERIALS: dict[Step, int] = {"month": 1_000_000, "day": 25_000}
# How keys are summed up: by DuckDB's own hash (only where this very DuckDB reads both sides), or portably.
Checksum = Literal["engine", "md5"]


class ExchangeError(RuntimeError):
    """The exchange cannot be read; the message holds no address, credential or value of a row."""


class ReadOtherwiseError(Exception):
    """The reader has learned that it must read a column in another way; the table is to be begun anew."""


@dataclass(frozen=True)
class SourceColumn:
    """A column as it is upstream: its own spelling, the DuckDB type in which it arrives, its type at the source.

    no_nul: the source itself cannot hold a NUL byte in a text, so that nobody looks for one.
    most_characters: the source itself lets no longer text in.
    """

    name: str
    read_as: str
    source_type: str = ""
    no_nul: bool = False
    most_characters: int | None = None


@dataclass(frozen=True)
class Window:
    """Rows whose cursor lies from start (with it) to end (without it); None is open."""

    start: Bound | None = None
    end: Bound | None = None


@dataclass(frozen=True)
class Rows:
    """Which rows of a table: any of these windows, these very cursor values, or those without a cursor.

    Nothing named means every row. `piece` is one of the tokens of `pieces()` and stands alone.
    """

    windows: tuple[Window, ...] = ()
    values: tuple[Bound, ...] = ()
    nulls: bool = False
    piece: str | None = None

    @property
    def whole(self) -> bool:
        """Whether this is the whole table."""
        return not self.windows and not self.values and not self.nulls and self.piece is None


@dataclass(frozen=True)
class Measure:
    """What one side holds: rows, sums (decimals of scale 6), change times summed up, keys summed up, newest cursor.

    cursor_sum: microseconds since 1970 (or the serial), over finite cursors. key_sum: see `SourceReader.measure`.
    latest: the newest finite cursor. A sum over nothing is 0.
    """

    count: int = 0
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    cursor_sum: int = 0
    key_sum: int | None = None
    latest: Bound | None = None


class SourceReader(Protocol):
    """One exchange database (DuckDB file, PostgreSQL, MySQL, Oracle, a folder of files)."""

    name: str  # of the connection, for messages
    kind: str
    alias: str  # under which it is attached, unique among the readers of a run
    limits: Limits
    windows: Windows
    # Whether what `relation` returned can be read more than once. A reader that streams says False, and is asked
    # piece by piece, each relation being read exactly once.
    rereadable: bool
    # Whether a scan of counts and sums over a whole table is cheap enough for every run (columnar, local).
    # Elsewhere big tables are proven in full on the first load, then the touched windows and a rotating share a run.
    scan_is_cheap: bool
    checksum: Checksum

    @property
    def trouble(self) -> ExchangeError | None:
        """What broke the relation that is being read, where DuckDB itself can only tell that something did."""

    def attach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Make its tables readable in the connection (read-only, with time-out); once before all else."""

    def detach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Let go of it, whatever state it is in; never raises."""

    def snapshot(self, con: duckdb.DuckDBPyConnection) -> AbstractContextManager[None]:
        """One consistent read-only view for all that is read within; entered outside a transaction of `con`."""

    def join(self, con: duckdb.DuckDBPyConnection) -> None:
        """Called first in each transaction that `con` begins within `snapshot`: lets it read that same view."""

    def columns(self, con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, SourceColumn]:
        """Upper-case name → column, in the table's order; empty when the table does not exist. Cheap: cached."""

    def relation(
        self, con: duckdb.DuckDBPyConnection, table: Table, columns: Sequence[SourceColumn], rows: Rows
    ) -> str:
        """What to write after FROM to read these columns (under their own names) of these rows.

        Filters are pushed to the source. It is valid until the next call or the end of the transaction. Exact:
        decimals as DECIMAL or VARCHAR, never DOUBLE; a value the source cannot hand over typed comes as VARCHAR.
        """

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
        """Count, sums of `table.parity_sums`, cursor sum and (if keys) key sum, computed at the source in one query.

        by=None: one entry under None (also when there are no rows). Otherwise one entry for each bucket that has
        rows, under the bucket's first moment (or first serial), and under None for rows without a finite cursor.

        key_sum with checksum 'md5' is the sum over rows of the integer of the first 8 hex digits of
        md5(utf8(part₁ || '|' || part₂ …)); a part is the text of the key column: NULL as '', text as it is
        (yyyymmdd text of a date column: trimmed), integers in plain digits, dates YYYYMMDD,
        timestamps YYYY-MM-DD HH24:MI:SS.ffffff, decimals with the declared scale.
        A value that is no number (text, NaN, infinity) adds nothing to its sum, and never fails.
        """

    def unique_key(self, con: duckdb.DuckDBPyConnection, table: Table) -> bool:
        """Whether the source itself enforces that the key is unique and not null (then nobody looks for twins)."""

    def pieces(self, con: duckdb.DuckDBPyConnection, table: Table, rows: int) -> Sequence[str]:
        """Tokens that cut the table into pieces of about this many rows, every row in exactly one; [] if it cannot.

        Tokens stay meaningful after a break (ranges of physical rows, of keys or of cursors).
        """


@contextmanager
def no_snapshot() -> Iterator[None]:
    """For readers whose every view is consistent by itself."""
    yield


def bound_literal(bound: Bound) -> str:
    """A cursor value as standard SQL."""
    if isinstance(bound, int):
        return str(bound)
    return f"timestamp '{bound.isoformat(sep=' ')}'"


def quoted(name: str) -> str:
    """An identifier as SQL text."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string as SQL text."""
    return "'" + text.replace("'", "''") + "'"

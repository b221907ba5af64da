"""Hand batches of Arrow from a foreign driver to DuckDB, with a watch on how long the server lets us wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType

import duckdb
import pyarrow as pa

from orchestration.lib.exchange_config import Limits
from orchestration.lib.sources.base import ExchangeError, quoted


class Watch:
    """Calls `cancel` when what runs within takes longer than allowed; `fired` says whether it did."""

    def __init__(self, seconds: float, cancel: Callable[[], None]) -> None:
        self.seconds = seconds
        self.cancel = cancel
        self.fired = False

    def __enter__(self) -> Watch:
        self._timer = threading.Timer(self.seconds, self._fire)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()

    def _fire(self) -> None:
        self.fired = True
        self.cancel()


class Brake:
    """Holds what comes over to so many rows a second. Time in which nothing came is not made up for afterwards."""

    def __init__(
        self,
        rows_per_second: int,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limit = rows_per_second
        self.sleep = sleep
        self.clock = clock
        self.due = clock()  # when the rows until now may have come

    def came(self, rows: int) -> None:
        """So many rows came: wait until that is no longer too fast."""
        if not self.limit:
            return
        now = self.clock()
        self.due = max(self.due + rows / self.limit, now)
        if self.due > now:
            self.sleep(self.due - now)


class Streams:
    """The one relation that a streaming reader has open in a DuckDB connection; what comes over is held to the pace."""

    def __init__(self, alias: str, limits: Limits) -> None:
        self.view = f"{alias}_rows"
        self.trouble: ExchangeError | None = None
        self.brake = Brake(limits.rows_per_second)
        # A batch is no more than a second's rows: the server is never left waiting for long.
        self.batch_rows = min(limits.fetch_rows, limits.rows_per_second or limits.fetch_rows)

    def open(self, con: duckdb.DuckDBPyConnection, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> str:
        """Register batches as a relation that can be read once; what goes wrong while reading stays in `trouble`."""
        self.close(con)
        self.trouble = None
        con.register(self.view, pa.RecordBatchReader.from_batches(schema, self._guarded(batches)))
        return quoted(self.view)

    def close(self, con: duckdb.DuckDBPyConnection) -> None:
        """Let go of it."""
        with _quietly():
            con.unregister(self.view)

    def _guarded(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        try:
            for batch in batches:
                self.brake.came(batch.num_rows)
                yield batch
        except ExchangeError as error:
            # DuckDB only passes on that something failed in Python.
            self.trouble = error
            raise


@contextmanager
def _quietly() -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, RuntimeError):
        return

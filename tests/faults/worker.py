"""A sync in a process of its own that ends by SIGKILL at a chosen statement, before it or in the middle of it.

Reads one order (JSON) a line and answers with how the process ended. Each sync is a fork, so that Python is started once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import duckdb
import pandas  # noqa: F401  # what DuckDB would import in every fork again
import pyarrow.dataset  # noqa: F401

from orchestration.lib import sources, sync, warehouse
from tests.faults import killing


class Watched:
    """A connection that counts the statements of a sync, and has the process killed at one of them."""

    def __init__(self, con: duckdb.DuckDBPyConnection, at: int | None = None, after: float = 0.0) -> None:
        self._con = con
        self._at = at
        self._after = after
        self.statements: list[tuple[str, float]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)

    def begin(self, text: str) -> None:
        """Note a statement; when it is the one, die now or a moment later."""
        if len(self.statements) == self._at:
            if self._after:
                threading.Timer(self._after, os.kill, (os.getpid(), signal.SIGKILL)).start()
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        self.statements.append((text, time.perf_counter()))

    def execute(self, text: str, *parameters: Any) -> Any:
        """As the connection itself."""
        self.begin(text)
        return self._con.execute(text, *parameters)


def run(
    exchange: Path, file: Path, scenario: str, run_id: str, at: int | None = None, after: float = 0.0
) -> tuple[sync.SyncResult, list[tuple[str, float]]]:
    """One sync of a scenario's table; the statements it consists of, each with the moment at which it began."""
    table = killing.TABLES[scenario]
    with warehouse.opened(file) as con:
        watched = Watched(con, at, after)
        [result] = sync.sync_tables(
            watched,  # type: ignore[arg-type]
            sources.DuckDBReader.of(exchange),
            [table],
            run_id=run_id,
            identity="w",
            now=killing.NOW,
            policy=killing.policy_of(scenario),
            replay=scenario == "replay" and run_id != "first",
        )
        watched.begin("close")
    watched.begin("end")
    return result, watched.statements


def main() -> None:
    """Serve orders until the input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            run(Path(order["exchange"]), Path(order["file"]), order["scenario"], "killed", order["at"], order["after"])
            time.sleep(order["after"])
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()

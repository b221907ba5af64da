"""Makes files of exports in a process of its own while the dashboard is served: many thousand cells would keep pages waiting.

Nothing of an error's own words leaves the process, they may quote a row: it notes and logs there what became of the export.
"""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboards.access import exports
from dashboards.access.models import Export
from dashboards.access.roles import User
from dashboards.components import incident
from dashboards.repositories.gate import gate
from dashboards.web import children, export_files

# Pages go first: who waits for a file waits anyway.
_NICENESS = 10


@dataclass(frozen=True)
class Made:
    """What became of a file: its name, or the number under which the log tells why there is none."""

    name: str = ""
    trouble: str = ""


class Workshop:
    """One process that makes files one after the other; a new one takes its place when it breaks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._is_open = False

    def open(self, ready_after: float = 0.0) -> None:
        """From now on files are made in a process of their own, which gets ready after so many seconds, or when it is asked."""
        with self._lock:
            self._is_open = True
        timer = threading.Timer(ready_after, self._get_ready)
        timer.daemon = True
        timer.start()

    def _get_ready(self) -> None:
        if self._is_open:
            self._process().submit(_ready)

    def close(self) -> None:
        """Let go of the process; files are made by whoever asks from now on."""
        with self._lock:
            pool, self._pool, self._is_open = self._pool, None, False
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    def make(self, user: User, row: Export, file: Path, asked: Any = None) -> Made:
        """Write the file of an agreed export and note in the register what it was, or that there is none."""
        if not self._is_open:
            return _make(user, row, file, asked)
        pool = self._process()
        try:
            return pool.submit(_make, user, row, file, asked).result()
        except BrokenProcessPool as error:
            with self._lock:
                if self._pool is pool:
                    self._pool = None
            return _failed(user, row, file, error)

    def _process(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                # Not forked: threads of this process hold locks that nobody would open there.
                self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_settle)
            return self._pool


def _settle() -> None:
    """In the new process: leave Ctrl-C to the one that serves, end with it whatever its end, and stand back behind it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICENESS)
    children.end_with_the_parent()


def _ready() -> None:
    gate.warm_up()


def _make(user: User, row: Export, file: Path, asked: Any) -> Made:
    try:
        return Made(name=export_files.write(user, row, file, asked))
    except Exception as error:
        return _failed(user, row, file, error)


def _failed(user: User, row: Export, file: Path, error: Exception) -> Made:
    with suppress(OSError):
        file.unlink(missing_ok=True)
    exports.fail(user, row, type(error).__name__)
    return Made(trouble=incident.noted(error, f"导出 {row.code}", user))


_workshop = Workshop()
start, stop = _workshop.open, _workshop.close
# The one that is used: this process's own, or in a process that serves pages the one of the process that keeps.
_used: list[Any] = [_workshop]


def here() -> Workshop:
    """This process's own."""
    return _workshop


def use(other: Any) -> None:
    """From now on files are made there."""
    _used[:] = [other]


def make(user: User, row: Export, file: Path, asked: Any = None) -> Made:
    """Write the file of an agreed export, wherever files are made."""
    made: Made = _used[0].make(user, row, file, asked)
    return made

"""One sync at a time: the second one is told who is at work instead of waiting for, or disturbing, the first."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.lib.warehouse import WarehouseBusyError


class SyncBusyError(WarehouseBusyError):
    """Another sync into the same warehouse is running."""


_held: dict[Path, str] = {}


@contextmanager
def only_one(warehouse: Path | None, run_id: str) -> Iterator[None]:
    """Hold the lock beside the warehouse file; the system lets go of it when the process ends, however it ends.

    Taken before the warehouse is opened, so that the second one hears at once who is at work. The same run may take it again.
    """
    if warehouse is None or _held.get(warehouse.resolve()) == run_id:
        yield
        return
    warehouse = warehouse.resolve()
    file = warehouse.with_name(f".{warehouse.name}.sync.lock")
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            said = os.read(handle, 200).decode("utf-8", "replace").strip()
            raise SyncBusyError(f"另一个同步进程正在进行（{said or '刚开始'}），请等它结束后再运行") from None
        os.ftruncate(handle, 0)
        moment = dt.datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        os.write(handle, f"运行 {run_id[:8]}，进程 {os.getpid()}，自 {moment}".encode())
        _held[warehouse] = run_id
        try:
            yield
        finally:
            _held.pop(warehouse, None)
    finally:
        os.close(handle)

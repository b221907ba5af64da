"""Finds the published snapshot that CURRENT names, and what the last run said of itself."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from common import paths


class NoSnapshotError(Exception):
    """Nothing has been published yet."""


@dataclass(frozen=True)
class Snapshot:
    """One published file; its name is its identity, a published file never changes."""

    file: Path

    @property
    def snapshot_id(self) -> str:
        """For instance 20260630T101112Z-1a2b3c4d."""
        return self.file.stem


def current() -> Snapshot:
    """The snapshot that readers should see now."""
    pointer = paths.published_dir() / "CURRENT"
    try:
        stat = os.stat(pointer)  # noqa: PTH116 - Path.stat costs more, and a page asks twenty times
    except FileNotFoundError:
        raise NoSnapshotError("nothing published") from None
    name = _name(pointer, stat.st_ino, stat.st_mtime_ns)
    file = pointer.parent / Path(name).name
    if not name or not file.is_file():
        raise NoSnapshotError(f"CURRENT names {name!r}, which is not there")
    return Snapshot(file)


@lru_cache(maxsize=4)
def _name(pointer: Path, _inode: int, _written: int) -> str:
    """What the pointer says; it is replaced whole by each publication, and so read once for each."""
    return pointer.read_text().strip()


@dataclass(frozen=True)
class LastRun:
    """What var/published/STATUS.json says of the newest run, whether it published or not."""

    failed: bool
    degraded: bool
    at: datetime | None
    as_of: str


def last_run() -> LastRun | None:
    """The newest run, when it left a status."""
    try:
        status: dict[str, Any] = json.loads((paths.published_dir() / "STATUS.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    text = str(status.get("finished_at") or status.get("at") or "")
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
    except ValueError:
        at = None
    word = str(status.get("status", "")).lower()
    return LastRun(
        word in {"failed", "failure", "error", "interrupted"}, word == "degraded", at, str(status.get("as_of") or "")
    )


def silent_hours(published_at: datetime | None, now: datetime) -> int | None:
    """Whole hours since the snapshot was published, when there are more than SHEBAO_STALE_HOURS of them (default 36: a day and a half of daily runs).

    `published_at` is in UTC; so is `now`.
    """
    if published_at is None:
        return None
    since = (_utc(now) - _utc(published_at)).total_seconds() / 3600
    return int(since) if since > float(os.environ.get("SHEBAO_STALE_HOURS") or 36) else None


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)

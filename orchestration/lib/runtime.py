"""What a run is: its id, business date, exchange, and the line it leaves in ops.run and STATUS.json."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from common import paths


@dataclass(frozen=True)
class RunContext:
    """The facts that all steps of one run share."""

    run_id: str
    as_of: dt.date
    exchange: str
    started_at: dt.datetime
    job: str = ""


def now() -> dt.datetime:
    """The clock, in UTC without zone; for bookkeeping only, never for a model."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)


def _world() -> dict[str, Any]:
    file = paths.world_file()
    if not file.exists():
        return {}
    world: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return world


def resolve_as_of(explicit: str | dt.date | None = None) -> dt.date:
    """The business date: given, from SHEBAO_AS_OF, the simulated world's, else today."""
    if isinstance(explicit, dt.date):
        return explicit
    text = explicit or os.environ.get("SHEBAO_AS_OF") or _world().get("as_of")
    if text:
        try:
            return dt.date.fromisoformat(str(text)[:10])
        except ValueError:
            raise ValueError(f"业务日期写法不对：{text}，应为 YYYY-MM-DD") from None
    return dt.date.today()


def resolve_exchange(explicit: str | None = None) -> str:
    """Which exchange to read: given, from SHEBAO_EXCHANGE, the simulated world's, else the embedded file."""
    return explicit or os.environ.get("SHEBAO_EXCHANGE") or str(_world().get("exchange") or "duckdb")


def git_sha() -> str:
    """The version of the code that ran, or nothing where there is no repository."""
    try:
        out = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"], cwd=paths.root(), capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return out.stdout.strip() if out.returncode == 0 else ""


def new_context(
    as_of: str | dt.date | None = None, exchange: str | None = None, run_id: str | None = None, job: str = ""
) -> RunContext:
    """A run with everything resolved."""
    return RunContext(run_id or str(uuid.uuid4()), resolve_as_of(as_of), resolve_exchange(exchange), now(), job)


def record_start(con: duckdb.DuckDBPyConnection, context: RunContext) -> None:
    """Write the run down as running; earlier ones that never ended were killed."""
    con.execute("update ops.run set status = 'interrupted', finished_at = ? where status = 'running'", [now()])
    con.execute("delete from ops.run where run_id = ?", [context.run_id])
    con.execute(
        "insert into ops.run (run_id, as_of, started_at, status, git_sha, job) values (?, ?, ?, 'running', ?, ?)",
        [context.run_id, context.as_of, context.started_at, git_sha(), context.job],
    )


def record_end(con: duckdb.DuckDBPyConnection, run_id: str, status: str, error: str | None = None) -> None:
    """Write down how it ended."""
    con.execute(
        "update ops.run set status = ?, error = ?, finished_at = ? where run_id = ?", [status, error, now(), run_id]
    )


def write_atomically(file: Path, text: str) -> None:
    """Replace a file so that a reader sees the old or the new text, and a crash leaves one of them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_status(status: str, as_of: dt.date | None, message: str, run_id: str = "", snapshot: str = "") -> None:
    """Leave word for the dashboard's banner: how the last run ended."""
    body = {
        "status": status,
        "as_of": as_of.isoformat() if as_of else None,
        "finished_at": now().isoformat(sep=" "),
        "run_id": run_id,
        "snapshot": snapshot,
        "message": message,
    }
    write_atomically(paths.published_dir() / "STATUS.json", json.dumps(body, ensure_ascii=False, indent=1))

"""Run dbt inside this process and hand back plain results; prepare the manifest when it is missing or stale."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import paths
from orchestration.lib import warehouse
from orchestration.lib.masking import mask_free_text

WATCHED = (".sql", ".yml", ".yaml", ".csv", ".py")
UNWATCHED = {"target", "logs", "dbt_packages"}
_QUOTED = re.compile(r"'[^'\n]*'")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class DbtError(RuntimeError):
    """dbt could not run at all; the message is redacted."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one node of the project."""

    unique_id: str
    name: str
    resource_type: str
    status: str  # success | pass | warn | fail | error | skipped
    failures: int
    seconds: float
    message: str

    @property
    def good(self) -> bool:
        """Whether it did what it should (a warning is an answer, not a failure)."""
        return self.status in ("success", "pass", "warn", "no-op")


def redact(text: str | None, limit: int = 300) -> str:
    """A message of the database without the values that it may quote."""
    if not text:
        return ""
    plain = _QUOTED.sub("'…'", _ANSI.sub("", text))
    return (mask_free_text(" ".join(plain.split()), limit) or "").strip()


def _environment() -> None:
    """Settings that dbt reads from the environment: no telemetry, absolute paths."""
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["SHEBAO_WAREHOUSE"] = str(paths.warehouse_file())
    os.environ["SHEBAO_MEMORY"] = warehouse.memory_limit()
    paths.warehouse_file().parent.mkdir(parents=True, exist_ok=True)


def common_arguments() -> list[str]:
    """Arguments of every call: where things are, and no log with values of rows."""
    return [
        "--project-dir",
        str(paths.dbt_project_dir()),
        "--profiles-dir",
        str(paths.root()),
        "--target",
        "duckdb",
        "--target-path",
        str(paths.dbt_target_dir()),
        "--log-level",
        "none",
        "--log-level-file",
        "none",
        "--no-use-colors",
    ]


def build_arguments(
    command: str,
    as_of: dt.date,
    *,
    select: Sequence[str] = (),
    without: Sequence[str] = (),
    variables: Mapping[str, Any] | None = None,
) -> list[str]:
    """The command line of a build for one business date; without names kinds of nodes that are left out."""
    arguments = [command, "--vars", json.dumps({"as_of": as_of.isoformat(), **(variables or {})})]
    if select:
        arguments += ["--select", *select]
    # dbt reads this variable only where the option is not given.
    for kind in dict.fromkeys([*without, *os.environ.get("DBT_EXCLUDE_RESOURCE_TYPES", "").split()]):
        arguments += ["--exclude-resource-type", kind]
    return arguments


def sources_changed_at(project: Path) -> float:
    """When the newest file of the project was changed; a file that was removed changes its folder only."""
    newest = 0.0
    for name, inside, files in os.walk(project):
        folder = Path(name)
        inside[:] = [each for each in inside if each not in UNWATCHED]
        looked_at = [folder / each for each in files if each.endswith(WATCHED)]
        if folder != project:
            looked_at.append(folder)
        newest = max([newest, *(path.stat().st_mtime for path in looked_at)])
    return newest


def manifest_is_stale() -> bool:
    """Whether the manifest is missing or older than the project."""
    file = paths.manifest_file()
    if not file.exists():
        return True
    return file.stat().st_mtime < sources_changed_at(paths.dbt_project_dir())


def _runner(callbacks: Sequence[Callable[[Any], None]] = (), manifest: Any = None) -> Any:
    from dbt.cli.main import dbtRunner

    return dbtRunner(manifest=manifest, callbacks=list(callbacks))


_parsed: dict[str, Any] = {}
PARSED = "partial_parse.msgpack"


@contextlib.contextmanager
def _rarely_collected() -> Iterator[None]:
    """The manifest's hundreds of thousands of objects stay: without this the collector walks them all at many a node."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextlib.contextmanager
def _anywhere() -> Iterator[None]:
    """The path of no warehouse in particular: dbt would parse all again for another one, though nothing hangs on it.

    The file's name stays, which is the database's name in every relation.
    """
    real = os.environ["SHEBAO_WAREHOUSE"]
    os.environ["SHEBAO_WAREHOUSE"] = f"var/warehouse/{Path(real).name}"
    try:
        yield
    finally:
        os.environ["SHEBAO_WAREHOUSE"] = real


def _shared() -> Path | None:
    """What runs with different target folders share of dbt's parsing: a file in the folder that SHEBAO_PARSED names."""
    folder = os.environ.get("SHEBAO_PARSED")
    return Path(folder) / PARSED if folder else None


def _take_parsed() -> None:
    """Begin from what another target folder has parsed; dbt itself sees what has changed since."""
    shared, own = _shared(), paths.dbt_target_dir() / PARSED
    if shared and shared.exists() and not own.exists():
        own.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(shared, own)


def _leave_parsed() -> None:
    """Let others begin from what this run has parsed, unless they can already."""
    shared = _shared()
    if shared and not shared.exists():
        shared.parent.mkdir(parents=True, exist_ok=True)
        arriving = shared.with_suffix(f".{os.getpid()}")
        shutil.copy(paths.dbt_target_dir() / PARSED, arriving)
        arriving.replace(shared)


def parse() -> None:
    """Write the manifest anew, and keep dbt's own form of it for the runs of this process."""
    _environment()
    _take_parsed()
    with _anywhere():
        outcome = _runner().invoke(["parse", *common_arguments()])
    if not outcome.success:
        raise DbtError(f"dbt 项目解析失败：{_ANSI.sub('', str(outcome.exception or ''))[:2000]}")
    _parsed["manifest"] = outcome.result
    _leave_parsed()
    # A parse that found nothing to do leaves the file as it was: it is fresh all the same.
    paths.manifest_file().touch()


def load_manifest() -> dict[str, Any]:
    """The manifest, prepared first when needed."""
    if manifest_is_stale():
        parse()
    manifest: dict[str, Any] = json.loads(paths.manifest_file().read_text(encoding="utf-8"))
    return manifest


def close_connections() -> None:
    """Let go of the warehouse file, which dbt's adapter would keep open in this process."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import cleanup_connections, reset_adapters

    cleanup_connections()
    environment: Any = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.close()
    DuckDBConnectionManager.close_all_connections()
    reset_adapters()


def run(
    arguments: Sequence[str],
    *,
    on_node: Callable[[str, str, int, int], None] | None = None,
) -> list[NodeResult]:
    """Run a dbt command; on_node(unique_id, status, done, total) is called as nodes finish."""
    _environment()

    def listen(event: Any) -> None:
        if on_node is not None and event.info.name in (
            "LogModelResult",
            "LogTestResult",
            "LogSeedResult",
            "LogUnitTestResult",
        ):
            data = event.data
            # The events name the same number differently, and an unknown protobuf field raises.
            total = getattr(data, "total", 0) or getattr(data, "num_models", 0)
            on_node(data.node_info.unique_id, data.status, data.index, total)

    # Parsed once and without vars: a business date on the command line would make dbt parse everything again.
    if "manifest" not in _parsed or manifest_is_stale():
        parse()
    try:
        with _rarely_collected():
            outcome = _runner([listen], _parsed["manifest"]).invoke([*arguments, *common_arguments()])
    finally:
        close_connections()
    if getattr(outcome.result, "results", None) is None:
        raise DbtError(redact(str(outcome.exception or "dbt 没有给出结果"), 600))
    return [_node_result(item) for item in outcome.result.results]


def _node_result(item: Any) -> NodeResult:
    node = item.node
    status = str(item.status.value if hasattr(item.status, "value") else item.status)
    return NodeResult(
        unique_id=node.unique_id,
        name=node.name,
        resource_type=str(node.resource_type.value if hasattr(node.resource_type, "value") else node.resource_type),
        status=status,
        failures=int(item.failures or 0),
        seconds=round(float(item.execution_time or 0.0), 3),
        message=redact(item.message),
    )


def meta_of(node: Mapping[str, Any]) -> dict[str, Any]:
    """meta of a manifest node or column, wherever dbt put it."""
    return {**(node.get("meta") or {}), **((node.get("config") or {}).get("meta") or {})}

"""Source tests and freshness run by dbt inside an exchange database, before anything is copied out of it."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import paths
from orchestration.lib import dbt_cli
from orchestration.lib.exchange_config import Connection, Environment

# dbt target of each kind of connection that has one; the others are proven by the sync alone.
TARGET_OF_KIND = {"duckdb": "exchange", "oracle": "oracle"}
TARGETS = tuple(TARGET_OF_KIND.values())
_STATUS = {"pass": "PASS", "warn": "WARN", "fail": "FAIL", "error": "FAIL", "runtime error": "FAIL", "skipped": "N/A"}


@dataclass(frozen=True)
class CheckLine:
    """The outcome of one check of one exchange table."""

    system: str
    table: str
    kind: str  # freshness | test
    check: str
    status: str  # PASS | WARN | FAIL | N/A
    failures: int  # rows or values that break the rule; 0 for freshness
    latest: dt.datetime | None  # newest change in the table, local time; freshness only
    message: str  # why it could not be decided, without a value of any row


def code_lists() -> dict[str, list[str]]:
    """All columns of the reference seeds as code lists, 'seed.column' → distinct codes: seeds are not in the exchange."""
    lists: dict[str, list[str]] = {}
    for file in sorted((paths.dbt_project_dir() / "seeds" / "reference").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        for column in rows[0] if rows else ():
            lists[f"{file.stem}.{column}"] = sorted({row[column] for row in rows if row[column]})
    return lists


def wanted_lists(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """The code lists that source tests compare with, and no others: they travel on dbt's command line."""
    everything = code_lists()
    wanted: dict[str, list[str]] = {}
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        if test.get("name") != "relationships" or not node.get("sources"):
            continue
        seed = next((name.split(".")[-1] for name in node["depends_on"]["nodes"] if name.startswith("seed.")), None)
        if seed is None:
            continue
        name = f"{seed}.{test['kwargs']['field']}"
        if name not in everything:
            raise dbt_cli.DbtError(f"代码表 {name} 不存在：seeds/reference/{seed}.csv 没有这一列")
        wanted[name] = everything[name]
    return wanted


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def run(
    target: str,
    *,
    systems: Sequence[str] = (),
    schemas: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    checked_at: dt.datetime | None = None,
) -> list[CheckLine]:
    """Check all tables (or those of some systems) where they lie; nothing is written there.

    schemas: system → schema, where it is not called as the system is. environment: address and credentials of the
    profile's target. checked_at: the local moment that ages are counted to, the database's own clock when None.
    Raises DbtError when dbt cannot run at all (no connection among others); the message holds no credential.
    """
    if target not in TARGETS:
        raise ValueError(f"unknown target {target!r}: {' or '.join(TARGETS)}")
    manifest = dbt_cli.load_manifest()
    sources = {node["source_name"] for node in manifest["sources"].values()}
    unknown = sorted(set(systems) - sources)
    if unknown:
        raise ValueError(f"unknown system {', '.join(unknown)}; there are {', '.join(sorted(sources))}")
    variables: dict[str, Any] = {
        "raw_schema_prefix": "",
        "exchange_schemas": dict(schemas or {}),
        "code_lists": wanted_lists(manifest),
    }
    if checked_at is not None:
        variables["checked_at"] = checked_at.strftime("%Y-%m-%d %H:%M:%S")
    select = [f"source:{system}" for system in systems] or ["source:*"]
    # A table without a cursor cannot say when it changed.
    silent = [
        f"source:{node['source_name']}.{node['name']}"
        for node in manifest["sources"].values()
        if not dbt_cli.meta_of(node).get("cursor")
    ]
    common = [
        "--project-dir",
        str(paths.dbt_project_dir()),
        "--profiles-dir",
        str(paths.root()),
        "--target",
        target,
        "--target-path",
        str(target_path(target)),
        "--vars",
        json.dumps(variables, ensure_ascii=False),
        "--log-level",
        "none",
        "--log-level-file",
        "none",
        "--no-use-colors",
    ]
    with _environment(environment or {}):
        leave_out = ["--exclude", *silent] if silent else []
        fresh = _invoke(["source", "freshness", "--select", *select, *leave_out, *common])
        tests = _invoke(["test", "--select", *select, *common])
    lines = [_freshness_line(item) for item in fresh]
    lines += [_test_line(item) for item in tests]
    return sorted(lines, key=lambda line: (line.system, line.table, line.kind, line.check))


def check_environment(
    environment: Environment, systems: Sequence[str] = (), *, checked_at: dt.datetime | None = None
) -> list[CheckLine]:
    """Check the tables of an environment of exchange.toml, connection by connection, where dbt has an adapter for them.

    A connection whose kind has none (PostgreSQL, MySQL, files: the sync's own proof covers them) gives one line N/A a system.
    """
    manifest = dbt_cli.load_manifest()
    nodes = manifest["sources"].values()
    schema_of = {node["source_name"]: {**node.get("source_meta", {}), **dbt_cli.meta_of(node)} for node in nodes}
    unknown = sorted(set(systems) - set(schema_of))
    if unknown:
        raise ValueError(f"不认识的系统 {'，'.join(unknown)}；契约中有 {'，'.join(sorted(schema_of))}")
    wanted: dict[str, list[str]] = {}
    for system in sorted(systems or schema_of):
        wanted.setdefault(environment.connection_of(system).name, []).append(system)
    lines: list[CheckLine] = []
    for connection in environment.connections:
        mine = wanted.get(connection.name, [])
        target = TARGET_OF_KIND.get(connection.kind)
        if target is None:
            lines += [
                CheckLine(
                    s, "*", "test", "dbt", "N/A", 0, None, f"{connection.kind} 没有 dbt 适配器，由同步时的核对负责"
                )
                for s in mine
            ]
        elif mine:
            schemas = {s: connection.schema_of(str(schema_of[s].get("exchange_schema", s))) for s in mine}
            lines += run(target, systems=mine, schemas=schemas, environment=address(connection), checked_at=checked_at)
    return lines


def address(connection: Connection) -> dict[str, str]:
    """The environment variables by which the profile's target reaches a connection."""
    if connection.kind == "duckdb":
        return {"SHEBAO_EXCHANGE_FILE": connection.required("file")}
    given = {
        "SHEBAO_ORACLE_DSN": connection.required("dsn"),
        "SHEBAO_ORACLE_USER": connection.required("user"),
        "SHEBAO_ORACLE_PASSWORD": connection.required("password"),
        # dbt-oracle reads these itself.
        "CONFIG_DIR": connection.text("wallet_folder"),
        "WALLET_LOCATION": connection.text("wallet_folder"),
        "WALLET_PASSWORD": connection.text("wallet_password"),
        "TCP_CONNECT_TIMEOUT": str(connection.limits.connect_timeout_seconds),
    }
    return {name: value for name, value in given.items() if value}


def target_path(target: str) -> Path:
    """dbt's folder for a target: one each, else every switch parses everything anew."""
    return paths.dbt_target_dir().with_name(f"{paths.dbt_target_dir().name}-{target}")


def _invoke(arguments: Sequence[str]) -> list[Any]:
    from dbt.cli.main import dbtRunner

    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    try:
        # The cache would list all tables of the schemas; nothing here asks for it.
        outcome = dbtRunner().invoke(["--no-populate-cache", *arguments])
    finally:
        dbt_cli.close_connections()
    results = getattr(outcome.result, "results", None)
    if results is None:
        raise dbt_cli.DbtError(dbt_cli.redact(str(outcome.exception or "dbt 没有给出结果"), 600))
    return list(results)


def _status(item: Any) -> str:
    raw = str(item.status.value if hasattr(item.status, "value") else item.status)
    return _STATUS.get(raw, raw.upper())


def _freshness_line(item: Any) -> CheckLine:
    latest = getattr(item, "max_loaded_at", None)
    status = _status(item)
    message = dbt_cli.redact(item.message)
    if latest is not None and latest.year < 1900:
        latest, status, message = None, "N/A", "表中没有数据"
    return CheckLine(
        system=item.node.source_name,
        table=item.node.name,
        kind="freshness",
        check="freshness",
        status=status,
        failures=0,
        latest=None if latest is None else latest.replace(tzinfo=None),
        message=message,
    )


def _test_line(item: Any) -> CheckLine:
    source = item.node.sources[0]
    metadata = item.node.test_metadata
    column = item.node.column_name or ""
    return CheckLine(
        system=source[0],
        table=source[1],
        kind="test",
        check=f"{metadata.name if metadata else item.node.name}{f'({column})' if column else ''}",
        status=_status(item),
        failures=int(item.failures or 0),
        latest=None,
        message="" if _status(item) in ("PASS", "WARN") else dbt_cli.redact(item.message),
    )


def report(lines: Sequence[CheckLine]) -> str:
    """The outcome as lines of text: what is wrong first, then one line a system."""
    words = []
    for line in lines:
        if line.status == "PASS":
            continue
        what = f"最近变更 {line.latest:%Y-%m-%d %H:%M}" if line.latest else f"{line.failures:,} 处"
        words.append(f"  {line.status:<4} {line.system}.{line.table} {line.check} {what} {line.message}".rstrip())
    for system in sorted({line.system for line in lines}):
        mine = [line for line in lines if line.system == system]
        counts = {
            status: sum(1 for line in mine if line.status == status) for status in ("PASS", "WARN", "FAIL", "N/A")
        }
        told = "，".join(f"{status} {count}" for status, count in counts.items() if count)
        words.append(f"{system}：{len({line.table for line in mine})} 张表，{len(mine)} 项检查，{told}")
    return "\n".join(words)

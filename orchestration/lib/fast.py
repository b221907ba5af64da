"""The lean way: sync and build without Dagster, tests and publication, for harnesses that need tables only."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from common import paths
from orchestration.lib import contract, dbt_cli, runtime, sources, sync, warehouse
from orchestration.lib.contract import Table


def sync_all(tables: tuple[Table, ...], context: runtime.RunContext, *, replay: bool = False) -> list[sync.SyncResult]:
    """Sync tables of the contract into the warehouse; with `replay` only what is in quarantine is read again."""
    readers = sources.open_readers(context.exchange, tables)
    with sync.only_one(paths.warehouse_file(), context.run_id), warehouse.opened() as con:
        return list(
            sync.sync_tables(
                con,
                readers,
                tables,
                run_id=context.run_id,
                identity=sync.exchange_identity(context.exchange),
                now=context.started_at,
                replay=replay,
            )
        )


def build(
    context: runtime.RunContext,
    say: Callable[[str], None] = lambda line: None,
    only: Sequence[str] = (),
) -> list[dbt_cli.NodeResult]:
    """Sync, seed and run the models (`only` these and what they stand on); raises when something did not arrive or did not build."""
    started = time.perf_counter()
    results = sync_all(contract.from_yaml(paths_staging()), context)
    late = sync.failed(results)
    if late:
        raise sync.SyncError("；".join(r.detail for r in late))
    rows = sum(r.rows_changed for r in results)
    say(f"同步 {len(results)} 张表，写入 {rows:,} 行，{time.perf_counter() - started:.1f} 秒")
    started = time.perf_counter()
    select = [f"+{name}" for name in only]
    nodes = dbt_cli.run(dbt_cli.build_arguments("build", context.as_of, select=select, without=["test", "unit_test"]))
    bad = [n for n in nodes if not n.good]
    if bad:
        raise dbt_cli.DbtError("；".join(f"{n.name}: {n.message or n.status}" for n in bad[:10]))
    say(f"构建 {len(nodes)} 个节点，{time.perf_counter() - started:.1f} 秒")
    return nodes


def paths_staging() -> Path:
    """Folder of the contract's YAML files."""
    return paths.dbt_project_dir() / "models" / "staging"

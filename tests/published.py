"""A built world audited and published as the daily run does it, without building anything again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.lib import contract, dbt_cli, fast, ledger, publish, rules, runtime, sync, warehouse
from tests.conftest import BuiltWorld


def copied(built: BuiltWorld, var: Path) -> BuiltWorld:
    """The same world in a folder of its own, which may be spoilt."""
    for name in ("exchange", "warehouse", "target"):
        shutil.copytree(built.var / name, var / name)
    return BuiltWorld(built.seed, built.as_of, var, built.settings)


@contextmanager
def inside(world: BuiltWorld) -> Iterator[pytest.MonkeyPatch]:
    """This process sees the world as the commands do."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SHEBAO_WAREHOUSE", "SHEBAO_KEY", "SHEBAO_STATE_URL", "SHEBAO_AS_OF", "SHEBAO_EXCHANGE"):
            patch.setenv(name, "")  # so that one which was not set, and is set inside, is gone again afterwards
            patch.delenv(name)
        patch.setenv("SHEBAO_VAR", str(world.var))
        patch.setenv("DBT_TARGET_PATH", str(world.var / "target"))
        yield patch


def publish_built(world: BuiltWorld) -> None:
    """The ledger of its business date, and a snapshot; to be called `inside` the world."""
    tables = contract.from_yaml(fast.paths_staging())
    run = runtime.new_context(world.as_of, "duckdb", job="daily_refresh")
    manifest = dbt_cli.load_manifest()
    known = rules.catalogue(manifest)
    with warehouse.opened() as con:
        runtime.record_start(con, run)
        current = ledger.table_status(con, tables, runtime.now())
        outcomes = ledger.decide(known, dict.fromkeys((rule.unique_id for rule in known), "success"), current)
        identity = sync.exchange_identity(run.exchange)
        ledger.record(con, outcomes, as_of=run.as_of, run_id=run.run_id, identity=identity)
        publish.publish(con, manifest, known, tables, as_of=run.as_of, run_id=run.run_id)
        runtime.record_end(con, run.run_id, "success")

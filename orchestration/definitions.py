"""Everything that Dagster shows: assets, checks, jobs and schedules, all made from dbt's manifest."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.defs.exchange.assets import build_sync_assets
from orchestration.defs.jobs import build_jobs, build_schedules
from orchestration.defs.publish.assets import build_snapshot_asset
from orchestration.defs.quality.assets import build_ledger_asset
from orchestration.defs.quality.roster import build_roster_asset
from orchestration.defs.quality.watch import build_watch_asset
from orchestration.defs.settings import RunSettings
from orchestration.defs.transform.assets import build_dbt_assets
from orchestration.lib import contract, dbt_cli, rules


def build_defs(manifest: Mapping[str, Any] | None = None, settings: RunSettings | None = None) -> dg.Definitions:
    """Definitions for a manifest (the project's own by default); tests pass theirs and their settings."""
    known = manifest if manifest is not None else dbt_cli.load_manifest()
    tables = contract.from_manifest(known)
    catalogue = rules.catalogue(known)
    jobs = build_jobs(catalogue, known)
    return dg.Definitions(
        assets=[
            build_sync_assets(tables),
            build_dbt_assets(known, catalogue),
            build_ledger_asset(catalogue, tables),
            build_watch_asset(catalogue, tables),
            build_roster_asset(known),
            build_snapshot_asset(known, catalogue, tables),
        ],
        jobs=jobs,
        schedules=build_schedules(jobs),
        resources={"settings": settings or RunSettings()},
        executor=dg.in_process_executor,
    )


defs = dg.Definitions.merge(build_defs())

"""Dagster's definitions follow the manifest: assets, checks, jobs, schedules; the private names that we use exist."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from common import paths
from orchestration.lib import contract, dbt_cli, rules


@cache
def manifest() -> dict[str, Any]:
    return dbt_cli.load_manifest()


@cache
def definitions() -> dg.Definitions:
    from orchestration.definitions import build_defs

    return build_defs(manifest())


def keys() -> set[str]:
    return {spec.key.to_user_string() for spec in definitions().resolve_all_asset_specs()}


def test_every_source_table_is_an_asset_with_a_parity_check() -> None:
    tables = contract.from_manifest(manifest())
    assert tables == contract.from_yaml(paths.dbt_project_dir() / "models" / "staging")
    wanted = {f"raw_{t.source}/{t.name}" for t in tables}
    assert wanted <= keys()
    checks = definitions().resolve_asset_graph().asset_check_keys
    parity = {c.asset_key.to_user_string() for c in checks if c.name == "parity"}
    assert parity == wanted


def test_every_model_and_seed_is_an_asset_and_every_test_a_check() -> None:
    nodes = manifest()["nodes"].values()
    wanted = {
        f"{n['schema']}/{n['name']}"
        for n in nodes
        if n["resource_type"] in ("model", "seed") and n["config"]["materialized"] != "ephemeral"
    }
    assert wanted <= keys()
    attached = {n["name"] for n in nodes if n["resource_type"] == "test" and n.get("attached_node")}
    shown = {check.name for check in definitions().resolve_asset_graph().asset_check_keys}
    assert attached <= shown


def test_staging_hangs_on_the_raw_assets() -> None:
    graph = definitions().resolve_asset_graph()
    parents = graph.get(dg.AssetKey(["staging", "stg_hrss__bill"])).parent_keys
    assert dg.AssetKey(["raw_hrss", "RS_ZJHZ"]) in parents


def test_jobs_and_schedules_follow_the_rules_cadences() -> None:
    catalogue = rules.catalogue(manifest())
    jobs = {job.name: job for job in definitions().resolve_all_job_defs()}
    schedules = {schedule.name for schedule in definitions().schedules or []}
    assert "daily_refresh_schedule" in schedules
    for cadence, chosen in rules.by_cadence(catalogue).items():
        if cadence in ("daily", "on_demand", "hourly"):
            assert f"rules_{cadence}" not in jobs, "the hourly rules belong to the watch"
            continue
        selected = {k.to_user_string() for k in jobs[f"rules_{cadence}"].asset_layer.selected_asset_keys}
        assert selected == {f"{r.schema}/{r.model}" for r in chosen} | {
            "ops/dbt_build",
            "ledger/finding",
            "published/snapshot",
        }
        assert f"rules_{cadence}_schedule" in schedules


def test_the_hourly_watch_syncs_what_its_models_read_and_no_more() -> None:
    """Names of the watch: the tagged models, the exchange tables under them, patrol and alerts, publication."""
    jobs = {job.name: job for job in definitions().resolve_all_job_defs()}
    selected = {k.to_user_string() for k in jobs["hourly_watch"].asset_layer.selected_asset_keys}
    nodes = manifest()["nodes"].values()
    hourly = {r.unique_id for r in rules.catalogue(manifest()) if r.cadence == "hourly"}
    assert hourly, "special payments of the gravely ill are watched by the hour"
    tagged = [
        n
        for n in nodes
        if n["resource_type"] == "model" and ("monitoring" in n["config"]["tags"] or n["unique_id"] in hourly)
    ]
    models = {f"{n['schema']}/{n['name']}" for n in tagged}
    raw = {f"raw_{s}/{t}" for n in tagged for s, t in rules.upstream_sources(manifest(), n["unique_id"])}
    assert selected == models | raw | {"ops/dbt_build", "ledger/finding", "ops/watch", "published/snapshot"}
    assert {"raw_exchange_ops/JK_XTXT", "raw_hrss/RS_ZJHZ", "raw_nhsa/TAX_RMT_D", "raw_tax_client/KHD_DLRZ"} <= raw
    assert not {"raw_hrss/RS_ZJMX", "raw_nhsa/CLCT_PSN_D"} & raw, "detail lines are big and carry no read flag"
    assert {"marts/mon_system", "marts/mon_backlog", "marts/anm_exchange_bill_blocked"} <= models
    assert {"marts/anm_flexible_special_stuck", "intermediate/int_person_special_open"} <= models
    assert {"raw_nhsa_person/SPCL_CLCT_D", "raw_tax_person/ZRR_TSJF"} <= raw
    schedule = definitions().resolve_schedule_def("hourly_watch_schedule")
    assert schedule.cron_schedule == "10 * * * *"
    assert schedule.execution_timezone == "Asia/Shanghai"


def test_rosters_are_matched_when_booked_hours_begin() -> None:
    """A job of its own: the open chunks, then publication; its schedule begins with the hours of p1_3_2_window."""
    jobs = {job.name: job for job in definitions().resolve_all_job_defs()}
    selected = {k.to_user_string() for k in jobs["roster_match"].asset_layer.selected_asset_keys}
    assert selected == {"ledger/roster_match", "published/snapshot"}
    schedule = definitions().resolve_schedule_def("roster_match_schedule")
    assert schedule.cron_schedule == ["0 20 * * 0,1,2,3,4,5,6"]
    assert schedule.execution_timezone == "Asia/Shanghai"


def test_writers_share_one_pool() -> None:
    for name in (
        "sync_exchange",
        "dbt_build",
        "ledger__finding",
        "ledger__roster_match",
        "ops__watch",
        "publish_snapshot",
    ):
        job = definitions().resolve_job_def("daily_refresh")
        assert job.get_node_named(name).definition.pool == "warehouse_writer"  # type: ignore[attr-defined]
    from orchestration.lib.home import SETTINGS

    assert "default_limit: 1" in SETTINGS
    assert "enabled: false" in SETTINGS


def test_the_schedules_tick() -> None:
    schedule = definitions().resolve_schedule_def("daily_refresh_schedule")
    with dg.DagsterInstance.ephemeral() as instance:
        data = schedule.evaluate_tick(
            dg.build_schedule_context(instance=instance, repository_def=definitions().get_repository_def())
        )
    assert len(data.run_requests or []) == 1


def test_names_of_other_libraries_that_are_not_promised() -> None:
    """When one of these moves, orchestration/defs/transform/assets.py or lib/dbt_cli.py must follow."""
    import inspect

    from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY, build_dbt_specs
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    assert DAGSTER_DBT_UNIQUE_ID_METADATA_KEY
    assert set(inspect.signature(build_dbt_specs).parameters) == {
        "translator",
        "manifest",
        "select",
        "exclude",
        "selector",
        "io_manager_key",
        "project",
    }
    assert hasattr(DuckDBConnectionManager, "_ENV")
    assert "manifest" in inspect.signature(dbtRunner.__init__).parameters


def test_the_contents_load_headless(tmp_path: Path) -> None:
    """`dg check defs` as a developer runs it, in a home of its own."""
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(tmp_path),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DG_TELEMETRY_ENABLED": "false",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    (tmp_path / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    done = subprocess.run(
        ["dg", "check", "defs"], cwd=paths.root(), env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


@pytest.mark.parametrize("column", ["rule_id", "title", "cadence", "severity", "next_step", "reasons", "description"])
def test_the_catalogue_is_complete(column: str) -> None:
    for rule in rules.catalogue(manifest()):
        assert getattr(rule, column), f"{rule.model} has no {column}"
        assert rule.sources, f"{rule.model} reads no exchange table"
        json.dumps(rule.parameters, default=str)

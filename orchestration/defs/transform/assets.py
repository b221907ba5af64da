"""The dbt project in one step: every node an asset, every test a check, run by dbt inside this process."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY, build_dbt_specs

from orchestration.defs.settings import WRITER_POOL, RunSettings, progress
from orchestration.defs.transform.translator import HouseTranslator
from orchestration.lib import build_outcome, dbt_cli, warehouse
from orchestration.lib.rules import Rule

# Yielded whenever the step succeeds: what follows hangs on it and not on single rules, one of which may fail.
BUILT = dg.AssetKey(["ops", "dbt_build"])


def build_dbt_assets(manifest: Mapping[str, Any], rules: Sequence[Rule]) -> dg.AssetsDefinition:
    """Assets and checks of the whole project."""
    specs, check_specs = build_dbt_specs(
        translator=HouseTranslator(),
        manifest=manifest,
        select="fqn:*",
        exclude="",
        selector="",
        io_manager_key=None,
        project=None,
    )
    specs = [spec.replace_attributes(skippable=True) for spec in specs]
    # Checks never hold back assets of the same step: dbt itself decides what is built after a failed test.
    check_specs = [spec._replace(blocking=False) for spec in check_specs]
    asset_by_node = {spec.metadata[DAGSTER_DBT_UNIQUE_ID_METADATA_KEY]: spec.key for spec in specs}
    node_by_asset = {key: node for node, key in asset_by_node.items()}
    check_by_node = {(spec.metadata or {})[DAGSTER_DBT_UNIQUE_ID_METADATA_KEY]: spec.key for spec in check_specs}
    tolerated = {rule.unique_id for rule in rules}

    @dg.multi_asset(
        name="dbt_build",
        specs=[
            *specs,
            dg.AssetSpec(BUILT, group_name="ops", description="dbt 构建完成：阻断性检查全部通过"),
        ],
        check_specs=check_specs,
        can_subset=True,
        allow_arbitrary_check_specs=True,
        pool=WRITER_POOL,
    )
    def dbt_build(context: dg.AssetExecutionContext, settings: RunSettings) -> Iterator[Any]:
        with warehouse.opened() as con:
            run = settings.context(context.run_id, con, context.job_name)
        wanted = [node_by_asset[key] for key in context.selected_asset_keys if key in node_by_asset]
        select = [] if len(wanted) == len(node_by_asset) else [_fqn(manifest, node) for node in sorted(wanted)]
        progress(context, f"构建 {len(wanted)} 个模型与种子，并运行检查…")
        # Unit tests judge the code, not the day's data: `python -m orchestration test` runs them.
        arguments = dbt_cli.build_arguments("build", run.as_of, select=select, without=["unit_test"])
        results = dbt_cli.run(arguments, on_node=_reporter(context)) if wanted else []
        selected_checks = context.selected_asset_check_keys
        for result in results:
            if result.unique_id in asset_by_node and result.status == "success":
                yield dg.MaterializeResult(
                    asset_key=asset_by_node[result.unique_id], metadata={"seconds": result.seconds}
                )
            elif result.unique_id in check_by_node and check_by_node[result.unique_id] in selected_checks:
                key = check_by_node[result.unique_id]
                yield dg.AssetCheckResult(
                    asset_key=key.asset_key,
                    check_name=key.name,
                    passed=result.status == "pass",
                    severity=dg.AssetCheckSeverity.ERROR
                    if result.status in ("fail", "error")
                    else dg.AssetCheckSeverity.WARN,
                    metadata={"failures": result.failures, "message": result.message, "status": result.status},
                )
        outcome = build_outcome.judge(results, manifest, tolerated)
        with warehouse.opened() as con:
            build_outcome.store(con, run.run_id, results, manifest)
        for line in outcome.lines():
            progress(context, f"  {line}")
        if outcome.blocking:
            raise dg.Failure(description=outcome.message(), allow_retries=False)
        yield dg.MaterializeResult(asset_key=BUILT, metadata={"nodes": len(results)})

    return dbt_build


def _fqn(manifest: Mapping[str, Any], unique_id: str) -> str:
    return ".".join(manifest["nodes"][unique_id]["fqn"])


def _reporter(context: dg.AssetExecutionContext) -> Any:
    """A line for every tenth of the nodes."""
    said = {"tenth": 0}

    def report(unique_id: str, status: str, done: int, total: int) -> None:
        tenth = done * 10 // max(total, 1)
        if tenth > said["tenth"]:
            said["tenth"] = tenth
            progress(context, f"  构建 {done}/{total}")

    return report

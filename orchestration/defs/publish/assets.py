"""The published snapshot as an asset, with the privacy audit that may hold it back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration.defs.quality.assets import FINDING
from orchestration.defs.quality.roster import ROSTER_MATCH
from orchestration.defs.quality.watch import WATCH
from orchestration.defs.settings import HOURLY_WATCH, ROSTER_JOB, WRITER_POOL, RunSettings, progress
from orchestration.lib import alert_desk, publish, runtime, warehouse
from orchestration.lib.contract import Table
from orchestration.lib.rules import Rule
from orchestration.lib.vault import VaultError

SNAPSHOT = dg.AssetKey(["published", "snapshot"])
PRIVACY = "no_clear_personal_data"


def build_snapshot_asset(
    manifest: Mapping[str, Any], rules: Sequence[Rule], tables: Sequence[Table]
) -> dg.AssetsDefinition:
    """One asset: the file, the vault and the pointer."""

    @dg.multi_asset(
        name="publish_snapshot",
        specs=[
            dg.AssetSpec(
                SNAPSHOT,
                deps=[FINDING, WATCH, ROSTER_MATCH],
                group_name="publish",
                kinds={"duckdb"},
                skippable=True,
                description="脱敏后的只读快照，原子切换",
            )
        ],
        check_specs=[
            dg.AssetCheckSpec(PRIVACY, asset=SNAPSHOT, description="快照任何文本列都不含明文证件号、电话、账号")
        ],
        pool=WRITER_POOL,
    )
    def publish_snapshot(context: dg.AssetExecutionContext, settings: RunSettings) -> Iterator[Any]:
        progress(context, "审计与发布…")
        with warehouse.opened() as con:
            run = settings.context(context.run_id, con, context.job_name)
            if context.job_name in (HOURLY_WATCH, ROSTER_JOB) and not publish.was_published(con, run.as_of):
                # The rest of the day is not built yet: yesterday's snapshot stays whole.
                runtime.record_end(con, run.run_id, "success", "当日尚未发布，快照不变")
                alert_desk.after_run(context.job_name, None, runtime.now(), con)
                progress(context, "  当日尚未完成每日发布，快照不变")
                yield dg.AssetCheckResult(asset_key=SNAPSHOT, check_name=PRIVACY, passed=True, metadata={"published": False})  # fmt: skip
                return
            late = con.execute(
                "select string_agg(source_name || '.' || table_name, '，' order by all) from ops.freshness"
                " where status <> 'fresh'"
            ).fetchone()
            missed = con.execute(
                "select string_agg(rule_id, '，' order by rule_id) from ops.rule_run"
                " where as_of = ? and status <> 'checked'",
                [run.as_of],
            ).fetchone()
            notes = [
                f"{what}：{row[0]}"
                for what, row in (("未到或不平的表", late), ("未检查的规则", missed))
                if row and row[0]
            ]
            status, message = ("degraded", "；".join(notes)) if notes else ("success", None)
            try:
                done = publish.publish(
                    con,
                    manifest,
                    rules,
                    tables,
                    as_of=run.as_of,
                    run_id=run.run_id,
                    run_status=status,
                    run_notes=message,
                )
            except (publish.PublishError, VaultError) as error:
                yield dg.AssetCheckResult(
                    asset_key=SNAPSHOT, check_name=PRIVACY, passed=False, metadata={"message": str(error)}
                )
                raise dg.Failure(description=str(error), allow_retries=False) from None
            runtime.record_end(con, run.run_id, status, message)
            alert_desk.after_run(context.job_name, None, runtime.now(), con)
        runtime.write_status(status, run.as_of, message or "", run.run_id, done.snapshot_id)
        progress(context, f"  快照 {done.snapshot_id}：{done.tables} 张表，{done.rows:,} 行，{done.bytes / 1e6:.1f} MB")
        yield dg.MaterializeResult(
            asset_key=SNAPSHOT,
            metadata={"snapshot_id": done.snapshot_id, "rows": done.rows, "bytes": done.bytes, "tables": done.tables},
        )
        yield dg.AssetCheckResult(asset_key=SNAPSHOT, check_name=PRIVACY, passed=True)

    return publish_snapshot

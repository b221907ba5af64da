"""Jobs and schedules: the whole day, and the rules of each cadence, made from the manifest."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from orchestration.defs.exchange.assets import raw_key
from orchestration.defs.publish.assets import SNAPSHOT
from orchestration.defs.quality.assets import FINDING
from orchestration.defs.transform.assets import BUILT
from orchestration.lib import runtime, warehouse
from orchestration.lib.contract import Table
from orchestration.lib.rules import Rule, by_cadence

TIMEZONE = "Asia/Shanghai"
DAILY = "daily_refresh"
PUBLISH = "publish_again"
CRON = {
    "hourly": "15 8-18 * * *",
    "daily": "0 5 * * *",
    "weekly": "0 6 * * 1",
    "monthly": "30 6 1 * *",
    "month_end": "0 */4 28-31 * *",
}


@dg.failure_hook(name="leave_word")
def leave_word(context: dg.HookContext) -> None:
    """A failed run leaves word for the dashboard's banner; the snapshot before stays."""
    error = context.op_exception
    message = getattr(error, "description", None) or f"{context.op.name} 失败（{type(error).__name__}）"
    as_of = None
    try:
        with warehouse.opened() as con:
            row = con.execute("select as_of from ops.run where run_id = ?", [context.run_id]).fetchone()
            as_of = row[0] if row else None
            runtime.record_end(con, context.run_id, "failed", message)
    except Exception as problem:  # the word itself must be left even when the warehouse cannot be opened
        context.log.warning(f"ops.run not updated: {type(problem).__name__}")
    runtime.write_status("failed", as_of, message, context.run_id)


def rule_key(rule: Rule) -> dg.AssetKey:
    """Asset of a rule's model."""
    return dg.AssetKey([rule.schema, rule.model])


def build_jobs(rules: Sequence[Rule]) -> list[Any]:
    """daily_refresh does everything; rules_<cadence> runs the rules of one cadence again, then ledger and snapshot."""
    jobs = [
        dg.define_asset_job(
            DAILY,
            selection=dg.AssetSelection.all(),
            description="每日：同步、构建、检查、台账、发布",
            hooks={leave_word},
            executor_def=dg.in_process_executor,
        )
    ]
    jobs.append(
        dg.define_asset_job(
            PUBLISH,
            selection=dg.AssetSelection.assets(SNAPSHOT),
            description="把数仓现有内容再发布一次",
            hooks={leave_word},
            executor_def=dg.in_process_executor,
        )
    )
    for cadence, chosen in by_cadence(tuple(rules)).items():
        if cadence in ("daily", "on_demand"):
            continue
        jobs.append(
            dg.define_asset_job(
                f"rules_{cadence}",
                selection=dg.AssetSelection.assets(*[rule_key(r) for r in chosen], BUILT, FINDING, SNAPSHOT),
                description=f"{cadence} 频次的规则、台账与发布",
                hooks={leave_word},
                executor_def=dg.in_process_executor,
                tags={"rules": str(len(chosen))},
            )
        )
    return jobs


def build_schedules(jobs: Sequence[Any]) -> list[dg.ScheduleDefinition]:
    """One schedule a job; the month-end watch asks for the last two days by itself."""
    schedules = []
    for job in jobs:
        if job.name == PUBLISH:
            continue
        cadence = "daily" if job.name == DAILY else job.name.removeprefix("rules_")
        schedules.append(
            dg.ScheduleDefinition(
                name=f"{job.name}_schedule",
                job=job,
                cron_schedule=CRON[cadence],
                execution_timezone=TIMEZONE,
                default_status=dg.DefaultScheduleStatus.STOPPED,
            )
        )
    return schedules


def raw_keys(tables: Sequence[Table]) -> list[dg.AssetKey]:
    """Keys of all synced tables."""
    return [raw_key(t.source, t.name) for t in tables]
